package dev.traininghealth.setup;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.network.ConfiguredRates;
import dev.traininghealth.setup.copies.RateRange;
import dev.traininghealth.setup.copies.ShortRun;
import dev.traininghealth.setup.copies.ShortRuns;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.Optional;

/**
 * Finds a learning rate at which a copy does much worse than at another one.
 *
 * <ul>
 *   <li><b>What</b>: a range test ({@link RateRange}) and a run at the configured rate. A rate is
 *       too high if the score diverges ({@link ShortRun#diverges}), while it falls at the tested
 *       rate, which is lower. A rate is too low if the tested rate is at least {@value
 *       #SLOW_FACTOR} times higher, and the score falls by less than {@value #SLOW_SHARE} of what
 *       it falls there.
 *   <li><b>Severity</b>: WARNING for a rate that is too high. For one that is too low, WARNING if
 *       it is also far below any use of its updater ({@link UpdaterRule}), and INFO otherwise,
 *       because more iterations may suffice.
 *   <li><b>Source</b>: Smith 2017.
 *   <li><b>Defaults</b>: within an order of magnitude all rates count as equal, because a short run
 *       does not show which is best in the end.
 *   <li><b>When not to use</b>: schedules with a warm-up, of which only the start is tested.
 * </ul>
 */
final class LearningRateRule implements SetupRule {
  /** Factor of the tested rate on the configured one from which the latter is low. */
  private static final double SLOW_FACTOR = 30;

  /** Share of the fall of the score at the tested rate, below which a rate is too low. */
  private static final double SLOW_SHARE = 0.1;

  @Override
  public String name() {
    return "learning-rate";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    Optional<ShortRun> configured = setup.runs().flatMap(ShortRuns::configured);
    Optional<RateRange> range = setup.rateRange();
    if (configured.isEmpty() || range.isEmpty()) {
      return;
    }
    ShortRun as = configured.get();
    ShortRun tested = range.get().replay();
    if (as.diverges() && tested.rateFactor() < 1) {
      report(setup, as, tested, Problem.LARGE_UPDATES, Severity.WARNING, findings);
    } else if (tested.rateFactor() >= SLOW_FACTOR
        && as.isFinite()
        && as.before() - as.after() < SLOW_SHARE * (tested.before() - tested.after())) {
      report(
          setup,
          as,
          tested,
          Problem.SMALL_UPDATES,
          UpdaterRule.isFarTooLow(setup) ? Severity.WARNING : Severity.INFO,
          findings);
    }
  }

  private static void report(
      Setup setup,
      ShortRun as,
      ShortRun tested,
      Problem problem,
      Severity severity,
      FindingReporter findings) {
    double rate = ConfiguredRates.largest(setup.network());
    Message sentence =
        Message.of(
            "say.setup.learningRate",
            Argument.number(rate),
            Argument.number(as.before()),
            Argument.number(as.after()),
            Argument.count(tested.steps()),
            Argument.number(rate * tested.rateFactor()),
            Argument.number(tested.after()));
    findings.report(
        Finding.saying(
                problem,
                severity,
                as.after(),
                as.isFinite() ? Comparison.ABOVE : Comparison.NOT_FINITE,
                tested.after(),
                () -> sentence)
            .withRemedies(setup.advice().triedLearningRate(tested.rateFactor()).remedies()));
  }
}
