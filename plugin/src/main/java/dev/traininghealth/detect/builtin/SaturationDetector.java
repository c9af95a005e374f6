package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;

/**
 * Activations that sit at a limit of their function, where its slope is next to nothing, so that no
 * gradient passes.
 *
 * <ul>
 *   <li><b>What</b>: the share of saturated activations of each layer with a bounded activation
 *       function, the output layer included ({@link Measurement#saturatedFraction}).
 *   <li><b>Severity</b>: INFO above {@value #INFO_SHARE}; WARNING above {@value #WARNING_SHARE}
 *       where the score stands still: a classifier that has learned is saturated, too.
 *   <li><b>Source</b>: Glorot and Bengio 2010.
 *   <li><b>When not to use</b>: gates and binary codes, which are meant to be at their limits.
 * </ul>
 */
final class SaturationDetector implements PluginDetector {
  private static final double INFO_SHARE = 0.5;
  private static final double WARNING_SHARE = 0.8;
  private static final int EXPIRY_ITERATIONS = 1000;
  private static final int PATIENCE = 100;

  @Override
  public String name() {
    return "saturation";
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    if (history.iterationsSeen() % History.EVALUATION_INTERVAL != 0) {
      return;
    }
    Measurement m = history.current();
    for (int layer = 0; layer < m.layers(); layer++) {
      double share = m.saturatedFraction(layer);
      if (share > INFO_SHARE && !isOutputThatLearned(history, layer)) {
        boolean harm = share > WARNING_SHARE && history.isStagnant(PATIENCE);
        int at = layer;
        findings.report(
            Finding.saying(
                    Problem.SATURATED_UNITS,
                    harm ? Severity.WARNING : Severity.INFO,
                    share,
                    Comparison.ABOVE,
                    harm ? WARNING_SHARE : INFO_SHARE,
                    () ->
                        Message.of(
                            "say.saturated_units",
                            Argument.share(share),
                            LayerText.layer(history.layout(), at)))
                .inLayer(layer)
                .expiresAfter(EXPIRY_ITERATIONS)
                .withRemedies(() -> Advice.on(history).againstSaturation(at).remedies()));
      }
    }
  }

  /** An output that is sure of itself is what training is for. */
  private static boolean isOutputThatLearned(History history, int layer) {
    return history.layout().layers().get(layer).configuration().isOutput()
        && !history.isStagnant(PATIENCE);
  }
}
