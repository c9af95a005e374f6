package dev.traininghealth.setup;

import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.setup.copies.ShortRun;
import dev.traininghealth.setup.copies.Standardization;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether a scale does harm: a copy of the network does not learn with the data as they are, and
 * does with standardized columns.
 */
final class ScaleHarm {
  /**
   * Share by which the score falls in a run that learns. Runs of 100 steps of healthy networks of
   * the fault corpus reach it with standardized columns.
   */
  private static final double LEARNED_SHARE = 0.1;

  /**
   * Share by which the score falls in a run that may still learn. A score that has to come down
   * from a large scale falls by more in as many steps.
   */
  private static final double RECOVERING_SHARE = 0.3;

  private final @Nullable ShortRun configured;
  private final @Nullable ShortRun standardized;

  private ScaleHarm(@Nullable ShortRun configured, @Nullable ShortRun standardized) {
    this.configured = configured;
    this.standardized = standardized;
  }

  /**
   * Compares two runs.
   *
   * @param isHarmed whether the run with the data as they are does not learn
   * @param constant constant-prediction score of the standardized data; NaN if it is not known
   */
  static ScaleHarm of(
      Setup setup, Predicate<ShortRun> isHarmed, Standardization standardization, double constant) {
    ShortRun as = setup.runs().flatMap(runs -> runs.configured()).orElse(null);
    if (as == null || !isHarmed.test(as)) {
      return new ScaleHarm(null, null);
    }
    ShortRun other = setup.runs().flatMap(runs -> runs.with(standardization)).orElse(null);
    boolean learns =
        other != null
            && other.hasFallenBy(LEARNED_SHARE)
            && !(other.after() >= (1 - LEARNED_SHARE) * constant);
    return learns ? new ScaleHarm(as, other) : new ScaleHarm(null, null);
  }

  /** Whether a score does not come down. */
  static boolean isStuck(ShortRun run, double constant) {
    return !run.isFinite() || (!run.hasFallenBy(RECOVERING_SHARE) && !(run.after() < constant));
  }

  Severity severity() {
    return configured == null ? Severity.INFO : Severity.WARNING;
  }

  /** The finding, with the scores of the runs if there is harm. */
  Finding addTo(Finding finding) {
    ShortRun as = configured;
    ShortRun other = standardized;
    if (as == null || other == null) {
      return finding;
    }
    Message scores =
        Message.of(
            "say.setup.harm",
            Argument.number(as.before()),
            Argument.number(as.after()),
            Argument.count(other.steps()),
            Argument.number(other.before()),
            Argument.number(other.after()));
    return new Finding(
        finding.problem(),
        finding.severity(),
        finding.layer(),
        finding.parameter(),
        finding.observed(),
        finding.comparison(),
        finding.threshold(),
        () -> finding.message().get().then(scores),
        finding.expiryIterations(),
        finding.remedies(),
        finding.origin(),
        finding.aspect());
  }
}
