package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;

/**
 * No more progress after real progress.
 *
 * <ul>
 *   <li><b>What</b>: the score has fallen by a tenth since the start beyond doubt, and from the
 *       third to the last quarter of the run it has, beyond doubt, fallen by less than {@value
 *       #GAIN} of what was gained before, and of what is left. Block means with three standard
 *       errors allow for autocorrelation. Where the paired control shows that the network is better
 *       than it was, it is slow, and not at rest.
 *   <li><b>Severity</b>: INFO. It asks for a lower learning rate, or for an end.
 *   <li><b>When not to use</b>: with a cyclic learning rate.
 * </ul>
 */
final class PlateauDetector implements PluginDetector {
  private static final double PROGRESS = 0.1;
  private static final double GAIN = 0.02;
  private static final int PATIENCE = 500;
  private static final int EXPIRY_ITERATIONS = 500;

  @Override
  public String name() {
    return "plateau";
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Progress progress = history.progress();
    if (history.iterationsSeen() < PATIENCE
        || history.iterationsSeen() % History.EVALUATION_INTERVAL != 0
        || !progress.hasFallenBy(PROGRESS)) {
      return;
    }
    double lately = progress.recent();
    double gain = progress.recentGain();
    boolean atRest =
        gain + progress.recentGainByChance() < GAIN * progress.gain()
            && progress.isFlat(GAIN)
            && !history.baseline().isBetter();
    if (atRest) {
      long quiet = progress.iterations() / 2;
      findings.report(
          Finding.saying(
                  Problem.PLATEAU,
                  Severity.INFO,
                  gain / progress.gain(),
                  Comparison.BELOW,
                  GAIN,
                  () ->
                      Message.of(
                          "say.plateau",
                          Argument.number(progress.start()),
                          Argument.number(lately),
                          Argument.count(quiet)))
              .expiresAfter(EXPIRY_ITERATIONS)
              .withRemedies(() -> Advice.on(history).atPlateau().remedies()));
    }
  }
}
