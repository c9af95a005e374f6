package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
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
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Detects rectified units that are zero for every example over a window. They pass no gradient and
 * never recover on their own.
 *
 * <ul>
 *   <li><b>What</b>: the share of silent units of each rectified layer ({@link
 *       Measurement#silentUnitFraction}).
 *   <li><b>Severity</b>: INFO above {@value #INFO_SHARE}. WARNING if all units of a layer are
 *       silent, because no layer before it learns any more. WARNING also above {@value
 *       #WARNING_SHARE} if the network is {@linkplain History#isStagnant stagnant} after {@value
 *       #PATIENCE} iterations.
 *   <li><b>Zero gradient</b>: WARNING if the gradient of a layer before rectified units is exactly
 *       0 over {@value ZeroGradients#MIN_EXAMPLES} examples and {@value
 *       ZeroGradients#MIN_ITERATIONS} consecutive iterations. These layers are then not reported by
 *       their share as well.
 *   <li><b>Remedy</b>: a lower rate, by as much as the largest update of the run was above the
 *       usual update:parameter ratio.
 *   <li><b>Source</b>: Lu et al. 2019, "Dying ReLU and Initialization".
 *   <li><b>Defaults</b>: half of the ReLUs silent is common in networks that learn, so it is only
 *       INFO.
 *   <li><b>When not to use</b>: layers that are meant to be sparse.
 * </ul>
 */
final class DeadReluDetector implements PluginDetector, Restorable {
  /**
   * Share of silent units for INFO. SageMaker Debugger's rule for dead ReLUs has the same limit.
   */
  static final double INFO_SHARE = 0.5;

  /**
   * Share of silent units for WARNING if the network is stagnant: a tenth of the layer is left to
   * pass a gradient. Checked on the fault corpus.
   */
  private static final double WARNING_SHARE = 0.9;

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

  /**
   * Measurements of activations from which a unit can be known to be silent; {@code SilentUnits}
   * needs as many.
   */
  private static final int MIN_ROUNDS = 3;

  /** Largest update:parameter ratio that is usual, as in DL4J's guide. */
  private static final double MAX_USUAL_RATIO = 1e-2;

  private final ZeroGradients zeros = new ZeroGradients();
  private int @Nullable [] matrices;

  /** The largest update:parameter ratio of the run, which may be what has killed the units. */
  private double largestRatio;

  /** Last layer that this iteration's zero gradient reports as learning nothing; -1 for none. */
  private int lastCutOff = -1;

  @Override
  public String name() {
    return "dead-relu";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    boolean rectified =
        layout.layers().stream().anyMatch(layer -> layer.activationTraits().isRectified());
    return rectified
        ? Requirement.of(Evidence.ACTIVATIONS).atLeast(MIN_ROUNDS)
        : Requirement.notApplicable(Message.of("say.check.noRectified"));
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    lastCutOff = -1;
    if (zeros.observe(history) && zeros.isBehindRectified(history.layout())) {
      lastCutOff = zeros.last();
      // A lower rate changes nothing in layers that have never been updated.
      Supplier<List<Remedy>> remedies =
          zeros.isSinceStart(history)
              ? remediesWithoutRate(history, lastCutOff)
              : remedies(history, lastCutOff);
      findings.report(
          zeros
              .finding(history.layout(), Problem.DEAD_RELU, "say.zeroGradient.rectified")
              .inLayer(zeros.last())
              .aspect("gradient")
              .withRemedies(remedies));
    }
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    observeUpdates(history);
    if (history.iterationsSeen() % History.EVALUATION_INTERVAL != 0) {
      return;
    }
    Measurement m = history.current();
    for (int layer = lastCutOff + 1; layer < m.layers(); layer++) {
      double share = m.silentUnitFraction(layer);
      if (share > INFO_SHARE
          && history.layout().layers().get(layer).activationTraits().isRectified()) {
        boolean all = share >= 1;
        boolean isHarmful = all || (share > WARNING_SHARE && history.isStagnant(PATIENCE));
        int at = layer;
        findings.report(
            Finding.saying(
                    Problem.DEAD_RELU,
                    isHarmful ? Severity.WARNING : Severity.INFO,
                    share,
                    all ? Comparison.EQUAL : Comparison.ABOVE,
                    all ? 1 : isHarmful ? WARNING_SHARE : INFO_SHARE,
                    () -> sentence(history.layout(), at, share))
                .inLayer(layer)
                .expiresAfter(EXPIRY_ITERATIONS)
                .withRemedies(
                    isHarmful || history.isStagnant(0)
                        ? remedies(history, layer)
                        : remediesWithoutRate(history, at)));
      }
    }
  }

  private void observeUpdates(History history) {
    Measurement m = history.current();
    if (m.weightIteration() != m.iteration()) {
      return;
    }
    int[] trained = matrices;
    if (trained == null) {
      trained = history.layout().trainedMatrices();
      matrices = trained;
    }
    for (int p : trained) {
      double ratio = m.updateNorm(p) / m.weightNorm(p);
      if (ratio > largestRatio && ratio <= Double.MAX_VALUE) {
        largestRatio = ratio;
      }
    }
  }

  private Supplier<List<Remedy>> remedies(History history, int layer) {
    double reduction = largestRatio / MAX_USUAL_RATIO;
    return () -> Advice.on(history).againstDeadUnits(layer, reduction).remedies();
  }

  private static Supplier<List<Remedy>> remediesWithoutRate(History history, int layer) {
    return () -> Advice.on(history).forSilentUnits(layer).remedies();
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
    to.put("largestRatio", largestRatio);
  }

  @Override
  public void restore(SavedNumbers from) {
    zeros.restore(from);
    largestRatio = from.getDouble("largestRatio");
  }
}
