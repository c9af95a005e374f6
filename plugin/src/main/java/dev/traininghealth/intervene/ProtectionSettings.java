package dev.traininghealth.intervene;

import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What protecting may do. {@link #defaults} is what {@code TrainingHealthListener.protecting} uses;
 * the other methods change one setting each.
 *
 * @param rehearse whether everything is decided and recorded, and nothing applied; default false
 * @param stop whether a training may be ended when every other means has run out; default true
 * @param clipping the rule by which gradients are clipped; default {@link
 *     GradientClipping#adaptive()}
 * @param policy which diagnosis asks for what; default {@link EscalationPolicy}
 * @param minimumFactor the least that the user's learning rates are multiplied by, above 0 and at
 *     most 1; default 1e-4. It bounds the one factor of the whole network, and no single rate:
 *     rates that differ stay different
 * @param cooldown iterations between two reductions of the learning rate for the same reason, above
 *     0; default 200
 * @param mostReductions how often a run's learning rate is lowered, rollbacks not counted; default
 *     20
 * @param mostRollbacks rollbacks within {@link #window} after which the means have run out, above
 *     0; default 10
 * @param mostSkips steps skipped without a break after which the means have run out, above 0;
 *     default 100
 * @param window iterations after which a rollback is forgiven, above 0; default 2000
 * @param healthyIterations iterations without an alarm after which a learning rate that was lowered
 *     for an instability is raised a step, above 0; default 300
 * @param snapshots snapshots in the ring, above 0; default 3. Beside it there are one of the
 *     network as it began, one that is not yet proved and one for undoing a step
 * @param snapshotBytes most memory for all of these together, outside the Java heap; default 4 GiB.
 *     Where it is too little there are fewer snapshots, or none, and no rollback: this is told
 */
public record ProtectionSettings(
    boolean rehearse,
    boolean stop,
    GradientClipping clipping,
    InterventionPolicy policy,
    double minimumFactor,
    int cooldown,
    int mostReductions,
    int mostRollbacks,
    int mostSkips,
    int window,
    int healthyIterations,
    int snapshots,
    long snapshotBytes)
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
    positive("cooldown", cooldown);
    if (mostReductions < 0) {
      throw new IllegalArgumentException("mostReductions must be >= 0, was " + mostReductions);
    }
    positive("mostRollbacks", mostRollbacks);
    positive("mostSkips", mostSkips);
    positive("window", window);
    positive("healthyIterations", healthyIterations);
    positive("snapshots", snapshots);
    positive("snapshotBytes", snapshotBytes);
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
        new EscalationPolicy(),
        1e-4,
        200,
        20,
        10,
        100,
        2000,
        300,
        3,
        4L << 30);
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
   * @param rule serialisable, since each run has its own
   * @return these settings, changed
   * @throws IllegalArgumentException if it cannot be serialised
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
   * Bounds what is done to the learning rate.
   *
   * @param minimum {@link #minimumFactor}
   * @param iterations {@link #cooldown}
   * @param most {@link #mostReductions}
   * @return these settings, changed
   */
  public ProtectionSettings withLearningRate(double minimum, int iterations, int most) {
    return with(
        c -> {
          c.minimumFactor = minimum;
          c.cooldown = iterations;
          c.mostReductions = most;
        });
  }

  /**
   * Says when the means have run out.
   *
   * @param rollbacks {@link #mostRollbacks}
   * @param skips {@link #mostSkips}
   * @param iterations {@link #window}
   * @return these settings, changed
   */
  public ProtectionSettings withLimits(int rollbacks, int skips, int iterations) {
    return with(
        c -> {
          c.mostRollbacks = rollbacks;
          c.mostSkips = skips;
          c.window = iterations;
        });
  }

  /**
   * Says when a learning rate that was lowered for an instability is raised again.
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
    int cooldown;
    int mostReductions;
    int mostRollbacks;
    int mostSkips;
    int window;
    int healthyIterations;
    int snapshots;
    long snapshotBytes;

    Choice(ProtectionSettings s) {
      rehearse = s.rehearse;
      stop = s.stop;
      clipping = s.clipping;
      policy = s.policy;
      minimumFactor = s.minimumFactor;
      cooldown = s.cooldown;
      mostReductions = s.mostReductions;
      mostRollbacks = s.mostRollbacks;
      mostSkips = s.mostSkips;
      window = s.window;
      healthyIterations = s.healthyIterations;
      snapshots = s.snapshots;
      snapshotBytes = s.snapshotBytes;
    }

    ProtectionSettings settled() {
      return new ProtectionSettings(
          rehearse,
          stop,
          clipping,
          policy,
          minimumFactor,
          cooldown,
          mostReductions,
          mostRollbacks,
          mostSkips,
          window,
          healthyIterations,
          snapshots,
          snapshotBytes);
    }
  }
}
