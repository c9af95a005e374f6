package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;

/**
 * Detects a network that gives nearly the same output for every example.
 *
 * <ul>
 *   <li><b>What</b>: the standard deviation of a single output unit over the examples of a
 *       minibatch, below {@value #MIN_SPREAD} of the labels' standard deviation after {@value
 *       #PATIENCE} iterations.
 *   <li><b>Severity</b>: INFO. Harm is reported by the detectors of the score.
 *   <li><b>Source</b>: a network that explains a share r² of the labels' variance has an output
 *       with r times their deviation. At {@value #MIN_SPREAD} it explains one part in ten thousand.
 *   <li><b>Defaults</b>: outputs are measured in inference, without dropout.
 *   <li><b>When not to use</b>: without a frozen baseline, and with several output units. Nothing
 *       is found then.
 * </ul>
 */
final class ConstantOutputDetector implements PluginDetector {
  /** Output's deviation as a share of the labels'. */
  private static final double MIN_SPREAD = 0.01;

  /**
   * Iterations before outputs are compared: in 200 a network usually finds the mean of the labels,
   * and its last comparison with the frozen baseline that ignores the cost budget is due.
   */
  private static final int PATIENCE = 200;

  /** Iterations without a report: outputs of a large network are measured rarely. */
  private static final int EXPIRY_ITERATIONS = 500;

  @Override
  public String name() {
    return "constant-output";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return singleOutput(layout) < 0
        ? Requirement.notApplicable(Message.of("say.check.otherOutput"))
        : Requirement.of(Evidence.OUTPUTS).and(Evidence.SCORE, PATIENCE);
  }

  /** {@return the only output layer, if it has one unit that is compared with labels; else -1} */
  private static int singleOutput(NetworkLayout layout) {
    int output = layout.onlyOutput();
    return output >= 0
            && layout.layers().get(output).configuration().units() == 1
            && layout.layers().get(output).configuration().lossTraits().comparesWithLabels()
        ? output
        : -1;
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    if (history.iterationsSeen() < PATIENCE
        || history.iterationsSeen() % History.EVALUATION_INTERVAL != 0) {
      return;
    }
    int output = singleOutput(history.layout());
    Measurement m = history.current();
    if (output < 0 || m.activationIteration(output) < PATIENCE / 2 || m.batchSize() < 2) {
      return;
    }
    double deviation = m.activationStandardDeviation(output);
    double labels = m.data().labelStandardDeviation;
    if (deviation < MIN_SPREAD * labels) {
      double mean = m.activationMean(output);
      findings.report(
          Finding.saying(
                  Problem.CONSTANT_OUTPUT,
                  Severity.INFO,
                  deviation,
                  Comparison.BELOW,
                  MIN_SPREAD * labels,
                  () ->
                      Message.of(
                          "say.constant_output",
                          Argument.number(mean),
                          Argument.number(deviation),
                          Argument.number(labels)))
              .inLayer(output)
              .expiresAfter(EXPIRY_ITERATIONS)
              .withRemedies(() -> Advice.on(history).againstStandstill().remedies()));
    }
  }
}
