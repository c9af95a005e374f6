package dev.traininghealth.intervene;

import dev.traininghealth.intervene.clip.GradientClipping;
import java.io.Serial;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The settings of protection.
 *
 * <p>{@link #defaults} are those of {@code TrainingHealthListener.protecting}. A {@link #builder}
 * changes single settings, and code that uses it still compiles when settings are added.
 *
 * @param dryRun whether interventions are decided and recorded but not applied; default false
 * @param stop whether a run may be stopped when every branch of two consecutive trials lost the
 *     network; default true
 * @param clipping the rule that clips gradients; default {@link GradientClipping#onAlarm()}
 * @param policy decides which diagnosis causes which intervention; default {@link TrialPolicy}
 * @param minLearningRateFactor minimum of the factor on the configured learning rates, above 0 and
 *     at most 1; default 1e-4. It limits the one factor of the whole network, not single rates:
 *     rates that differ stay different
 * @param healthyIterationsBeforeRaise iterations without an alarm after which higher rates are
 *     tried for a lowered learning rate, above 0; default 300
 * @param maxSnapshots maximum number of confirmed snapshots, above 0; default 3. In addition there
 *     are the initial snapshot, one candidate and one state to undo a step
 * @param maxSnapshotBytes maximum memory for all of these together, outside the Java heap, bytes,
 *     above 0; default 4 GiB. If it is too small there are fewer snapshots, or none and no
 *     rollback; this is logged
 * @param maxTrialShare maximum share of the training time for trials, from 0 to 1; default 0.02. An
 *     initial credit of five seconds or 200 steps, whichever is more, is added. A trial starts only
 *     if its expected time fits; one that takes longer may exceed the share. With 0 nothing is
 *     tried, and therefore nothing is changed that costs learning, as for the workers of a
 *     ParallelWrapper or of Spark
 * @param maxTrialBytes maximum memory for the copies of minibatches that trials need, outside the
 *     Java heap, bytes, above 0; default 512 MiB
 * @param movingObjective whether the objective is known to move (the networks of a GAN, the targets
 *     of a reinforcement learner), so that a rising score is no problem; default false
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
   * Checks the values. Create settings with a {@link #builder}, because this constructor gets a
   * parameter for each new setting.
   *
   * @throws IllegalArgumentException if a number is out of range, or the clipping rule cannot be
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

  /** {@return the default settings} */
  public static ProtectionSettings defaults() {
    return builder().build();
  }

  /** {@return a builder that starts with the defaults} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return a builder that starts with these settings} */
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

  /** {@return the name of the rule, or of its class if the rule fails, which its use logs} */
  private String clippingName() {
    try {
      return Objects.requireNonNull(clipping.name());
    } catch (Throwable e) {
      return clipping.getClass().getSimpleName();
    }
  }

  /** Builds settings for protection; each method sets the component of the same name. */
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
     * @param value the new value
     * @return this
     */
    public Builder dryRun(boolean value) {
      dryRun = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#stop}.
     *
     * @param value the new value
     * @return this
     */
    public Builder stop(boolean value) {
      stop = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#clipping}.
     *
     * @param value the new value
     * @return this
     */
    public Builder clipping(GradientClipping value) {
      clipping = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#policy}.
     *
     * @param value the new value
     * @return this
     */
    public Builder policy(InterventionPolicy value) {
      policy = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#minLearningRateFactor}.
     *
     * @param value the new value
     * @return this
     */
    public Builder minLearningRateFactor(double value) {
      minLearningRateFactor = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#healthyIterationsBeforeRaise}.
     *
     * @param value the new value
     * @return this
     */
    public Builder healthyIterationsBeforeRaise(int value) {
      healthyIterationsBeforeRaise = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#maxSnapshots}.
     *
     * @param value the new value
     * @return this
     */
    public Builder maxSnapshots(int value) {
      maxSnapshots = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#maxSnapshotBytes}.
     *
     * @param value the new value
     * @return this
     */
    public Builder maxSnapshotBytes(long value) {
      maxSnapshotBytes = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#maxTrialShare}.
     *
     * @param value the new value
     * @return this
     */
    public Builder maxTrialShare(double value) {
      maxTrialShare = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#maxTrialBytes}.
     *
     * @param value the new value
     * @return this
     */
    public Builder maxTrialBytes(long value) {
      maxTrialBytes = value;
      return this;
    }

    /**
     * Sets {@link ProtectionSettings#movingObjective}.
     *
     * @param value the new value
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
     * @throws IllegalArgumentException if a number is out of range, or the clipping rule cannot be
     *     serialized
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
