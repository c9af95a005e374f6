package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PeriodicDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;

/**
 * Detects the end of progress after real progress.
 *
 * <ul>
 *   <li><b>What</b>: since the start the score has fallen by more than {@value #MIN_PROGRESS} of
 *       its start, and from the third to the last quarter of the run by less than {@value
 *       #MAX_GAIN} of what was gained and of what is left. The frozen baseline must not show that
 *       the network still improves slowly, and the score must not {@linkplain Progress#isRising
 *       rise}: a score that leaves its level either way is on no plateau. Nor is the network of a
 *       constant prediction ({@link History#isStagnant}), which has not begun to learn.
 *   <li><b>Severity</b>: INFO. The usual answers are a lower learning rate or the end of the run.
 *   <li><b>Source</b>: tests of equivalence at three standard errors of block means, which allow
 *       for autocorrelation (Law and Carson 1979).
 *   <li><b>Defaults</b>: {@value #PATIENCE} iterations of patience.
 *   <li><b>When not to use</b>: with a cyclic learning rate.
 * </ul>
 */
final class PlateauDetector implements PeriodicDetector {
  /**
   * Share of its start by which the score must have fallen before. It is twice {@link
   * History#MIN_RELATIVE_GAIN}, because a run that gained little is stagnant and has no plateau.
   */
  private static final double MIN_PROGRESS = 0.1;

  /**
   * Recent gain below which there is a plateau, as a share of the gain before and of the score.
   * Chosen on the fault corpus: a smaller one finds no plateau in noise, a larger one calls slow
   * progress a plateau.
   */
  private static final double MAX_GAIN = 0.02;

  /**
   * Iterations before a plateau is reported. The two quarters of the run that are compared then
   * have 250 iterations. A shorter comparison takes a pause in the progress for its end.
   */
  private static final int PATIENCE = 500;

  /**
   * Iterations without a report: 10 evaluations. A longer one shows a plateau that the score has
   * left.
   */
  private static final int EXPIRY_ITERATIONS = 160;

  @Override
  public String name() {
    return "plateau";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.SCORE).atLeast(PATIENCE);
  }

  @Override
  public void evaluate(History history, FindingReporter findings) {
    Progress progress = history.progress();
    if (history.iterationsSeen() < PATIENCE || !progress.hasFallenBy(MIN_PROGRESS)) {
      return;
    }
    double recent = progress.recent();
    double gain = progress.recentGain();
    boolean isPlateau =
        gain + progress.recentGainByChance() < MAX_GAIN * progress.gain()
            && progress.isFlat(MAX_GAIN)
            && !progress.isRising()
            && !history.isStagnant(PATIENCE)
            && !history.baseline().isBetter();
    if (isPlateau) {
      long unimproved = progress.iterations() / 2;
      findings.report(
          Finding.saying(
                  Problem.PLATEAU,
                  Severity.INFO,
                  gain / progress.gain(),
                  Comparison.BELOW,
                  MAX_GAIN,
                  () ->
                      Message.of(
                          "say.plateau",
                          Argument.number(progress.start()),
                          Argument.number(recent),
                          Argument.count(unimproved)))
              .expiresAfter(EXPIRY_ITERATIONS)
              .withRemedies(() -> Advice.on(history).atPlateau().remedies()));
    }
  }
}
