package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.function.Supplier;

/**
 * Rectified units that are zero for every example over a window: they pass no gradient on and never
 * come back by themselves.
 *
 * <ul>
 *   <li><b>What</b>: the share of silent units of each rectified layer ({@link
 *       Measurement#silentUnitFraction}).
 *   <li><b>Severity</b>: INFO above {@value #INFO_SHARE}: half the ReLUs silent is common in
 *       networks that learn. WARNING when all units of a layer are silent (nothing before it learns
 *       any more), or above {@value #WARNING_SHARE} where the score stands still.
 *   <li><b>Cut off</b>: a gradient of exactly 0 in a layer before rectified units, over {@value
 *       ZeroGradients#MIN_EXAMPLES} examples and {@value ZeroGradients#MIN_ITERATIONS} iterations
 *       in a row: WARNING.
 *   <li><b>Source</b>: Lu et al. 2019, "Dying ReLU and Initialization".
 *   <li><b>When not to use</b>: layers that are meant to be sparse.
 * </ul>
 */
final class DeadReluDetector implements PluginDetector, Restorable {
  private static final double INFO_SHARE = 0.5;
  private static final double WARNING_SHARE = 0.9;

  /** Activations are measured on a schedule, which may be slow in a large network. */
  private static final int EXPIRY_ITERATIONS = 1000;

  private static final int PATIENCE = 100;

  private final ZeroGradients zeros = new ZeroGradients();

  @Override
  public String name() {
    return "dead-relu";
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    if (zeros.observe(history) && zeros.isBehindRectified(history.layout())) {
      findings.report(
          zeros
              .finding(history.layout(), Problem.DEAD_RELU, true)
              .inLayer(zeros.last())
              .aspect("gradient")
              .withRemedies(remedies(history, zeros.last())));
    }
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    if (history.iterationsSeen() % History.EVALUATION_INTERVAL != 0) {
      return;
    }
    Measurement m = history.current();
    for (int layer = 0; layer < m.layers(); layer++) {
      double share = m.silentUnitFraction(layer);
      if (share > INFO_SHARE
          && history.layout().layers().get(layer).activationTraits().isRectified()) {
        boolean all = share >= 1;
        boolean harm = all || (share > WARNING_SHARE && history.isStagnant(PATIENCE));
        int at = layer;
        findings.report(
            Finding.saying(
                    Problem.DEAD_RELU,
                    harm ? Severity.WARNING : Severity.INFO,
                    share,
                    all ? Comparison.EQUAL : Comparison.ABOVE,
                    all ? 1 : harm ? WARNING_SHARE : INFO_SHARE,
                    () -> sentence(history.layout(), at, share))
                .inLayer(layer)
                .expiresAfter(EXPIRY_ITERATIONS)
                .withRemedies(remedies(history, layer)));
      }
    }
  }

  private static Supplier<List<Remedy>> remedies(History history, int layer) {
    return () -> Advice.on(history).againstDeadUnits(layer).remedies();
  }

  private static Message sentence(NetworkLayout layout, int layer, double share) {
    Argument where = LayerText.layer(layout, layer);
    return share >= 1
        ? Message.of("say.dead_relu.all", where)
        : Message.of("say.dead_relu.some", Argument.share(share), where);
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
