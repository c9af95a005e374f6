package dev.traininghealth.detect.builtin.representation;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PeriodicDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
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
 *   <li><b>What</b>: the standard deviation of the output over the examples of a minibatch, below
 *       {@value #MIN_SPREAD} of the labels' after {@value #PATIENCE} iterations. Of several units,
 *       it is the root mean square of theirs, as is that of the label columns.
 *   <li><b>Severity</b>: INFO. Harm is reported by the detectors of the score.
 *   <li><b>Source</b>: a network that explains a share r² of the labels' variance has an output
 *       with r times their deviation. At {@value #MIN_SPREAD} it explains one part in ten thousand.
 *   <li><b>Defaults</b>: outputs are measured in inference, without dropout.
 *   <li><b>When not to use</b>: without a frozen baseline, with several outputs, and if labels have
 *       time steps or positions. Nothing is found then.
 * </ul>
 */
final class ConstantOutputDetector implements PeriodicDetector {
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
    return output(layout) < 0
        ? Requirement.notApplicable(Message.of("say.check.otherOutput"))
        : Requirement.of(Evidence.OUTPUTS).and(Evidence.SCORE, PATIENCE);
  }

  /** {@return the only output layer, if it is compared with labels; else -1} */
  private static int output(NetworkLayout layout) {
    int output = layout.onlyOutput();
    return output >= 0
            && layout.layers().get(output).configuration().units() > 0
            && layout.layers().get(output).configuration().lossTraits().comparesWithLabels()
        ? output
        : -1;
  }

  @Override
  public void evaluate(History history, FindingReporter findings) {
    if (history.iterationsSeen() < PATIENCE) {
      return;
    }
    int output = output(history.layout());
    Measurement m = history.current();
    if (output < 0 || m.activationIteration(output) < PATIENCE / 2 || m.batchSize() < 2) {
      return;
    }
    long units = history.layout().layers().get(output).configuration().units();
    if (units == 1) {
      judge(history, findings, output, m.activationStandardDeviation(output));
    } else if (m.data().labelColumns() == units) {
      double deviation = Math.sqrt(m.exampleSpread(output)) * m.activationRms(output);
      judge(history, findings, output, deviation);
    }
  }

  private static void judge(
      History history, FindingReporter findings, int output, double deviation) {
    Measurement m = history.current();
    boolean isSingle = history.layout().layers().get(output).configuration().units() == 1;
    double labels =
        isSingle ? m.data().labelStandardDeviation() : Math.sqrt(m.data().labelVariance());
    // Units that are dead or saturated are an alarm already, and explain it.
    boolean isExplained =
        history.hasActiveAlarm(ProblemFamily.DEAD_UNITS)
            || history.hasActiveAlarm(ProblemFamily.SATURATED);
    if (deviation < MIN_SPREAD * labels && !isExplained) {
      double mean = m.activationMean(output);
      findings.report(
          Finding.saying(
                  Problem.CONSTANT_OUTPUT,
                  Severity.INFO,
                  deviation,
                  Comparison.BELOW,
                  MIN_SPREAD * labels,
                  () -> sentence(isSingle, mean, deviation, labels))
              .inLayer(output)
              .expiresAfter(EXPIRY_ITERATIONS)
              .withRemedies(() -> Advice.on(history).againstStandstill().remedies()));
    }
  }

  private static Message sentence(boolean isSingle, double mean, double deviation, double labels) {
    return isSingle
        ? Message.of(
            "say.constant_output",
            Argument.number(mean),
            Argument.number(deviation),
            Argument.number(labels))
        : Message.of(
            "say.constant_output.units", Argument.number(deviation), Argument.number(labels));
  }
}
