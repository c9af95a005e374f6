package dev.traininghealth.intervene;

import dev.traininghealth.intervene.clip.GradientClipping;
import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What protecting may do. {@link #defaults} is what {@code TrainingHealthListener.protecting} uses;
 * the other methods change one setting each.
 *
 * @param rehearse whether everything is decided and recorded, and nothing applied; default false
 * @param stop whether a training may be ended when in two trials every branch lost the network;
 *     default true
 * @param clipping the rule by which gradients are clipped; default {@link
 *     GradientClipping#adaptive()}
 * @param policy which diagnosis asks for what; default {@link TrialPolicy}
 * @param minimumFactor the least that the user's learning rates are multiplied by, above 0 and at
 *     most 1; default 1e-4. It bounds the one factor of the whole network, and no single rate:
 *     rates that differ stay different
 * @param healthyIterations iterations without an alarm after which a learning rate that was lowered
 *     is tried again higher, above 0; default 300
 * @param snapshots snapshots in the ring, above 0; default 3. Beside it there are one of the
 *     network as it began, one that is not yet proved and one for undoing a step
 * @param snapshotBytes most memory for all of these together, outside the Java heap; default 4 GiB.
 *     Where it is too little there are fewer snapshots, or none, and no rollback: this is told
 * @param trialShare share of the training time that trials of changes may take beyond a credit of
 *     five seconds or 200 steps at the start, whichever is more, from 0 to 1; default 0.02. With 0
 *     nothing is tried, and so nothing is changed that costs learning, as for the workers of a
 *     ParallelWrapper or of Spark
 * @param trialBytes most memory for the copies of minibatches that trials need, outside the Java
 *     heap, above 0; default 512 MiB
 * @param movingObjective whether the objective is known to move (the networks of a GAN, a
 *     reinforcement learner's targets), so that a score that rises is no fault; default false
 */
public record ProtectionSettings(
    boolean rehearse,
    boolean stop,
    GradientClipping clipping,
    InterventionPolicy policy,
    double minimumFactor,
    int healthyIterations,
    int snapshots,
    long snapshotBytes,
    double trialShare,
    long trialBytes,
    boolean movingObjective)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** Checks the values. */
  public ProtectionSettings {
    Objects.requireNonNull(clipping, "clipping");
    ClippingCopy.of(clipping); // fails here, where the user sees it, and not when training begins
    Objects.requireNonNull(policy, "policy");
    if (!(minimumFactor > 0 && minimumFactor <= 1)) {
      throw new IllegalArgumentException(
          "minimumFactor must be above 0 and at most 1 (1e-4 lowers the learning rate to a"
              + " ten-thousandth at most), was "
              + minimumFactor);
    }
    positive("healthyIterations", healthyIterations);
    positive("snapshots", snapshots);
    positive("snapshotBytes", snapshotBytes);
    if (!(trialShare >= 0 && trialShare <= 1)) {
      throw new IllegalArgumentException(
          "trialShare must be from 0 to 1 (0.02 is two percent of the training time), was "
              + trialShare);
    }
    positive("trialBytes", trialBytes);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be > 0, was " + value);
    }
  }

  /**
   * The defaults.
   *
   * @return settings that need no choice
   */
  public static ProtectionSettings defaults() {
    return new ProtectionSettings(
        false,
        true,
        GradientClipping.adaptive(),
        new TrialPolicy(),
        1e-4,
        300,
        3,
        4L << 30,
        0.02,
        512L << 20,
        false);
  }

  /**
   * Decides and records everything, and applies nothing.
   *
   * @return these settings, changed
   */
  public ProtectionSettings rehearsing() {
    return with(c -> c.rehearse = true);
  }

  /**
   * Never ends a training.
   *
   * @return these settings, changed
   */
  public ProtectionSettings withoutStop() {
    return with(c -> c.stop = false);
  }

  /**
   * Clips gradients by another rule.
   *
   * @param rule serializable, since each run has its own
   * @return these settings, changed
   * @throws IllegalArgumentException if it cannot be serialized
   */
  public ProtectionSettings withClipping(GradientClipping rule) {
    return with(c -> c.clipping = rule);
  }

  /**
   * Decides by another policy.
   *
   * @param other decides which diagnosis asks for what
   * @return these settings, changed
   */
  public ProtectionSettings withPolicy(InterventionPolicy other) {
    return with(c -> c.policy = other);
  }

  /**
   * Bounds how far the learning rates are lowered.
   *
   * @param minimum {@link #minimumFactor}
   * @return these settings, changed
   */
  public ProtectionSettings withMinimumFactor(double minimum) {
    return with(c -> c.minimumFactor = minimum);
  }

  /**
   * Says when a learning rate that was lowered is tried again higher.
   *
   * @param iterations {@link #healthyIterations}
   * @return these settings, changed
   */
  public ProtectionSettings withHealthyIterations(int iterations) {
    return with(c -> c.healthyIterations = iterations);
  }

  /**
   * Bounds the snapshots.
   *
   * @param most {@link #snapshots}
   * @param bytes {@link #snapshotBytes}
   * @return these settings, changed
   */
  public ProtectionSettings withSnapshots(int most, long bytes) {
    return with(
        c -> {
          c.snapshots = most;
          c.snapshotBytes = bytes;
        });
  }

  /**
   * Bounds the trials of changes.
   *
   * @param share {@link #trialShare}
   * @param bytes {@link #trialBytes}
   * @return these settings, changed
   */
  public ProtectionSettings withTrials(double share, long bytes) {
    return with(
        c -> {
          c.trialShare = share;
          c.trialBytes = bytes;
        });
  }

  /**
   * Says that the objective moves.
   *
   * @return these settings, changed
   */
  public ProtectionSettings withMovingObjective() {
    return with(c -> c.movingObjective = true);
  }

  private ProtectionSettings with(Consumer<Choice> change) {
    Choice choice = new Choice(this);
    change.accept(choice);
    return choice.settled();
  }

  /** The settings while one of them is changed. */
  private static final class Choice {
    boolean rehearse;
    boolean stop;
    GradientClipping clipping;
    InterventionPolicy policy;
    double minimumFactor;
    int healthyIterations;
    int snapshots;
    long snapshotBytes;
    double trialShare;
    long trialBytes;
    boolean movingObjective;

    Choice(ProtectionSettings s) {
      rehearse = s.rehearse;
      stop = s.stop;
      clipping = s.clipping;
      policy = s.policy;
      minimumFactor = s.minimumFactor;
      healthyIterations = s.healthyIterations;
      snapshots = s.snapshots;
      snapshotBytes = s.snapshotBytes;
      trialShare = s.trialShare;
      trialBytes = s.trialBytes;
      movingObjective = s.movingObjective;
    }

    ProtectionSettings settled() {
      return new ProtectionSettings(
          rehearse,
          stop,
          clipping,
          policy,
          minimumFactor,
          healthyIterations,
          snapshots,
          snapshotBytes,
          trialShare,
          trialBytes,
          movingObjective);
    }
  }
}
