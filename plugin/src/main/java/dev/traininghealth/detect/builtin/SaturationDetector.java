package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PeriodicDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;

/**
 * Detects activations at a limit of their function, with a slope near 0, where hardly any gradient
 * passes.
 *
 * <ul>
 *   <li><b>What</b>: the share of saturated activations of each layer with a bounded activation
 *       function ({@link Measurement#saturatedFraction}). The output layer is included while the
 *       network is stagnant.
 *   <li><b>Severity</b>: INFO above {@value #INFO_SHARE}. WARNING above {@value #WARNING_SHARE} if
 *       the network is {@linkplain History#isStagnant stagnant} after {@value #PATIENCE}
 *       iterations, because a classifier that has learned is saturated, too.
 *   <li><b>Zero gradient</b>: WARNING if the gradient of an output layer with a bounded activation
 *       function is exactly 0 over {@value ZeroGradients#MIN_EXAMPLES} examples, although the
 *       network does not fit them. All its outputs are then at a limit, where the slope is rounded
 *       to 0.
 *   <li><b>Source</b>: Glorot and Bengio 2010.
 *   <li><b>Defaults</b>: an activation is saturated if its slope is below {@link
 *       dev.traininghealth.numbers.Saturation#MAX_FLAT_SLOPE} of the steepest.
 *   <li><b>When not to use</b>: gates and binary codes, which are meant to be at their limits.
 * </ul>
 */
final class SaturationDetector implements PeriodicDetector, Restorable {
  /** Share of saturated activations for INFO: most of the layer passes hardly any gradient. */
  static final double INFO_SHARE = 0.5;

  /**
   * Share of saturated activations for WARNING if the network is stagnant. The mean slope is then
   * below 22 % of the steepest: one fifth at full slope, the rest at a fiftieth. Checked on the
   * fault corpus.
   */
  private static final double WARNING_SHARE = 0.8;

  /**
   * Iterations without a report. It covers a measurement below the limit. Activations are measured
   * on a schedule, which may be slow in a large network.
   */
  private static final int EXPIRY_ITERATIONS = 1000;

  /**
   * Iterations before a network can be stagnant. Checked on the fault corpus; the package describes
   * a shorter and a longer one.
   */
  private static final int PATIENCE = 100;

  private final ZeroGradients zeros = new ZeroGradients();

  @Override
  public String name() {
    return "saturation";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    boolean squashing =
        layout.layers().stream()
            .anyMatch(
                layer ->
                    layer.activationTraits().isSquashing() && !layer.configuration().isOutput());
    return squashing
        ? Requirement.of(Evidence.ACTIVATIONS)
        : Requirement.notApplicable(Message.of("say.check.noSquashing"));
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    if (zeros.observe(history) && zeros.isBehindSaturatedOutput(history.layout())) {
      int first = zeros.first();
      int at = zeros.last();
      boolean wasLost = zeros.wasLost(history);
      findings.report(
          zeros
              .finding(history.layout(), Problem.SATURATED_UNITS, "say.zeroGradient.saturated")
              .inLayer(at)
              .aspect("gradient")
              .withRemedies(
                  () ->
                      (wasLost
                              ? Advice.on(history).againstLostGradient(first)
                              : Advice.on(history).againstSaturation(at))
                          .remedies()));
    }
  }

  @Override
  public void evaluate(History history, FindingReporter findings) {
    Measurement m = history.current();
    for (int layer = 0; layer < m.layers(); layer++) {
      double share = m.saturatedFraction(layer);
      if (share > INFO_SHARE && !isLearningOutput(history, layer)) {
        boolean isHarmful = share > WARNING_SHARE && history.isStagnant(PATIENCE);
        int at = layer;
        findings.report(
            Finding.saying(
                    Problem.SATURATED_UNITS,
                    isHarmful ? Severity.WARNING : Severity.INFO,
                    share,
                    Comparison.ABOVE,
                    isHarmful ? WARNING_SHARE : INFO_SHARE,
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

  /** {@return whether it is an output layer that learns, whose saturation is intended} */
  private static boolean isLearningOutput(History history, int layer) {
    return history.layout().layers().get(layer).configuration().isOutput()
        && !history.isStagnant(PATIENCE);
  }

  @Override
  public void save(SavedNumbers to) {
    zeros.save(to);
  }

  @Override
  public void restore(SavedNumbers from) {
    zeros.restore(from);
  }
}
