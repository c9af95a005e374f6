package dev.traininghealth.intervene;

import dev.traininghealth.intervene.clip.GradientClipping;
import java.io.Serial;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What protection may do. {@link #defaults} is what {@code TrainingHealthListener.protecting} uses;
 * a {@link #builder} changes single settings, and goes on compiling when settings are added.
 *
 * @param dryRun whether interventions are decided and recorded but not applied; default false
 * @param stop whether a run may be ended when every branch of two trials lost the network; default
 *     true
 * @param clipping the rule by which gradients are clipped; default {@link
 *     GradientClipping#onAlarm()}
 * @param policy decides which diagnosis asks for which intervention; default {@link TrialPolicy}
 * @param minLearningRateFactor the smallest factor that the configured learning rates are
 *     multiplied by, above 0 and at most 1; default 1e-4. It bounds the one factor of the whole
 *     network, and no single rate: rates that differ stay different
 * @param healthyIterationsBeforeRaise iterations without an alarm after which a lowered learning
 *     rate is tried again higher, above 0; default 300
 * @param maxSnapshots snapshots in the ring, above 0; default 3. Beside it there are one of the
 *     initial network, one candidate and one for undoing a step
 * @param maxSnapshotBytes limit of the memory for all of these together, outside the Java heap;
 *     default 4 GiB. If it is too small there are fewer snapshots, or none and no rollback: this is
 *     logged
 * @param maxTrialShare share of the training time that trials of changes may take beyond a start
 *     credit of five seconds or 200 steps, whichever is more, from 0 to 1; default 0.02. A trial
 *     starts only if its expected time fits; one that takes longer may exceed the share. With 0
 *     nothing is tried, and so nothing is changed that costs learning, as for the workers of a
 *     ParallelWrapper or of Spark
 * @param maxTrialBytes limit of the memory for the copies of minibatches that trials need, outside
 *     the Java heap, above 0; default 512 MiB
 * @param movingObjective whether the objective is known to move (the networks of a GAN, a
 *     reinforcement learner's targets), so that a rising score is no problem; default false
 */
public record ProtectionSettings(
    boolean dryRun,
    boolean stop,
    GradientClipping clipping,
    InterventionPolicy policy,
    double minLearningRateFactor,
    int healthyIterationsBeforeRaise,
    int maxSnapshots,
    long maxSnapshotBytes,
    double maxTrialShare,
    long maxTrialBytes,
    boolean movingObjective)
    implements Serializable {
  @Serial private static final long serialVersionUID = 2L;

  /**
   * Checks the values. Settings are made by a {@link #builder}: this constructor gets a parameter
   * for each new setting.
   *
   * @throws IllegalArgumentException if a number is out of its range, or the rule cannot be
   *     serialized
   */
  public ProtectionSettings {
    Objects.requireNonNull(clipping, "clipping");
    GuardedClipping.copy(clipping); // fails here, not when training starts
    Objects.requireNonNull(policy, "policy");
    if (!(minLearningRateFactor > 0 && minLearningRateFactor <= 1)) {
      throw new IllegalArgumentException(
          "minLearningRateFactor must be above 0 and at most 1 (1e-4 lowers the learning rate to a"
              + " ten-thousandth at most), was "
              + minLearningRateFactor);
    }
    positive("healthyIterationsBeforeRaise", healthyIterationsBeforeRaise);
    positive("maxSnapshots", maxSnapshots);
    positive("maxSnapshotBytes", maxSnapshotBytes);
    if (!(maxTrialShare >= 0 && maxTrialShare <= 1)) {
      throw new IllegalArgumentException(
          "maxTrialShare must be from 0 to 1 (0.02 is two percent of the training time), was "
              + maxTrialShare);
    }
    positive("maxTrialBytes", maxTrialBytes);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be > 0, was " + value);
    }
  }

  /** {@return the default settings, which need no choice} */
  public static ProtectionSettings defaults() {
    return builder().build();
  }

  /** {@return a builder that begins with the defaults} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return a builder that begins with these settings} */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.dryRun = dryRun;
    copy.stop = stop;
    copy.clipping = clipping;
    copy.policy = policy;
    copy.minLearningRateFactor = minLearningRateFactor;
    copy.healthyIterationsBeforeRaise = healthyIterationsBeforeRaise;
    copy.maxSnapshots = maxSnapshots;
    copy.maxSnapshotBytes = maxSnapshotBytes;
    copy.maxTrialShare = maxTrialShare;
    copy.maxTrialBytes = maxTrialBytes;
    copy.movingObjective = movingObjective;
    return copy;
  }

  /**
   * {@return the settings by name, as they are recorded}
   *
   * @hidden
   */
  public Map<String, String> asText() {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("clipping", clippingName());
    text.put("policy", policy.getClass().getSimpleName());
    text.put("stop", String.valueOf(stop));
    return text;
  }

  /** A rule that does not know its name is warned about where it is used. */
  private String clippingName() {
    try {
      return Objects.requireNonNull(clipping.name());
    } catch (Throwable e) {
      return clipping.getClass().getSimpleName();
    }
  }

  /** Builds settings for protection. Each method sets the component of its name. */
  public static final class Builder {
    private boolean dryRun;
    private boolean stop = true;
    private GradientClipping clipping = GradientClipping.onAlarm();
    private InterventionPolicy policy = new TrialPolicy();
    private double minLearningRateFactor = 1e-4;
    private int healthyIterationsBeforeRaise = 300;
    private int maxSnapshots = 3;
    private long maxSnapshotBytes = 4L << 30;
    private double maxTrialShare = 0.02;
    private long maxTrialBytes = 512L << 20;
    private boolean movingObjective;

    private Builder() {}

    /**
     * Sets {@link ProtectionSettings#dryRun}.
     *
     * @param value its new value
     * @return this
     */
    public Builder dryRun(boolean value) {
      dryRun = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#stop}.
     *
     * @param value its new value
     * @return this
     */
    public Builder stop(boolean value) {
      stop = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#clipping}.
     *
     * @param value its new value
     * @return this
     */
    public Builder clipping(GradientClipping value) {
      clipping = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#policy}.
     *
     * @param value its new value
     * @return this
     */
    public Builder policy(InterventionPolicy value) {
      policy = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#minLearningRateFactor}.
     *
     * @param value its new value
     * @return this
     */
    public Builder minLearningRateFactor(double value) {
      minLearningRateFactor = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#healthyIterationsBeforeRaise}.
     *
     * @param value its new value
     * @return this
     */
    public Builder healthyIterationsBeforeRaise(int value) {
      healthyIterationsBeforeRaise = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#maxSnapshots}.
     *
     * @param value its new value
     * @return this
     */
    public Builder maxSnapshots(int value) {
      maxSnapshots = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#maxSnapshotBytes}.
     *
     * @param value its new value
     * @return this
     */
    public Builder maxSnapshotBytes(long value) {
      maxSnapshotBytes = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#maxTrialShare}.
     *
     * @param value its new value
     * @return this
     */
    public Builder maxTrialShare(double value) {
      maxTrialShare = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#maxTrialBytes}.
     *
     * @param value its new value
     * @return this
     */
    public Builder maxTrialBytes(long value) {
      maxTrialBytes = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#movingObjective}.
     *
     * @param value its new value
     * @return this
     */
    public Builder movingObjective(boolean value) {
      movingObjective = value;
      return this;
    }

    /**
     * Checks and builds the settings.
     *
     * @return the settings
     * @throws IllegalArgumentException if a number is out of its range, or the clipping rule cannot
     *     be serialized
     */
    public ProtectionSettings build() {
      return new ProtectionSettings(
          dryRun,
          stop,
          clipping,
          policy,
          minLearningRateFactor,
          healthyIterationsBeforeRaise,
          maxSnapshots,
          maxSnapshotBytes,
          maxTrialShare,
          maxTrialBytes,
          movingObjective);
    }
  }
}
