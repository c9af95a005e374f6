package dev.traininghealth.setup;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.setup.copies.ShortRun;
import dev.traininghealth.setup.copies.ShortRuns;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.Optional;

/**
 * Finds a network that cannot even fit one minibatch.
 *
 * <ul>
 *   <li><b>What</b>: a copy trains on one minibatch alone, at the better one of the configured rate
 *       and that of the range test. INFO if its score falls by less than {@value #MIN_FALL}.
 *   <li><b>Severity</b>: WARNING if it does not fall by {@value #NO_FALL} either in that run, in
 *       the run over all data, or at any rate of the range test.
 *   <li><b>Source</b>: fitting a few examples is the usual first test of an implementation
 *       (Goodfellow et al. 2016, "Deep Learning", section 11.5).
 *   <li><b>Defaults</b>: a network with a gradient that fits its labels falls by more than half.
 *   <li><b>When not to use</b>: networks that are already trained, whose score is near its minimum.
 *       A score far below that of a constant prediction is therefore not judged.
 * </ul>
 */
final class OverfitRule implements SetupRule {
  /** Share by which the score must fall. */
  private static final double MIN_FALL = 0.1;

  /** Share by which the score must fall to show any learning. */
  private static final double NO_FALL = 0.001;

  /** Steps of a run that shows that nothing is learned. */
  private static final int MIN_STEPS = 50;

  /** Share of the constant-prediction score below which a network has learned already. */
  private static final double LEARNED_SHARE = 0.5;

  @Override
  public String name() {
    return "overfit";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    Optional<ShortRun> configured = setup.runs().flatMap(ShortRuns::configured);
    if (configured.isEmpty()
        || configured.get().before() < LEARNED_SHARE * setup.constantPredictionScore()) {
      return;
    }
    double factor =
        setup
            .rateRange()
            .map(range -> range.replay())
            .filter(tested -> !(configured.get().after() < tested.after()))
            .map(ShortRun::rateFactor)
            .orElse(1.0);
    Optional<ShortRun> one = setup.runs().flatMap(runs -> runs.onOneMinibatch(factor));
    if (one.isEmpty() || one.get().hasFallenBy(MIN_FALL)) {
      return;
    }
    boolean nothing =
        setup.rateRange().isEmpty()
            && configured.get().steps() >= MIN_STEPS
            && !one.get().hasFallenBy(NO_FALL)
            && !configured.get().hasFallenBy(NO_FALL);
    Message sentence =
        Message.of(
            "say.setup.notFitting",
            Argument.number(one.get().before()),
            Argument.number(one.get().after()),
            Argument.count(one.get().steps()));
    findings.report(
        Finding.saying(
                Problem.NOT_LEARNING,
                nothing ? Severity.WARNING : Severity.INFO,
                one.get().after(),
                Comparison.ABOVE,
                (1 - MIN_FALL) * one.get().before(),
                () -> sentence)
            .withRemedies(setup.advice().againstStandstill().remedies()));
  }
}
