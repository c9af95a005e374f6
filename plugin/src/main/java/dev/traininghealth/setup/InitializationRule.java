package dev.traininghealth.setup;

import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.ParameterRole;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds weights from which hidden layers cannot learn well.
 *
 * <ul>
 *   <li><b>What</b>: hidden layers of several units whose weights are all equal, so that all units
 *       do the same. In the first pass of a copy: layers with more than {@value #SATURATED_SHARE}
 *       of their activations at a limit, and rectified layers with more than {@value #DEAD_SHARE}
 *       of their units 0 for each example.
 *   <li><b>Severity</b>: WARNING for equal weights, if those of the next layer with weights are
 *       equal as well: all units of the layer then get equal gradients and stay equal. WARNING for
 *       a rectified layer whose units are all 0, because nothing passes it in either direction.
 *       INFO otherwise.
 *   <li><b>Source</b>: the gradient of a unit; Glorot and Bengio 2010 for saturation.
 *   <li><b>Defaults</b>: initialization for the scale of the signal leaves less than a tenth of the
 *       activations at a limit, and half of the rectified units have a positive input per example.
 *   <li><b>When not to use</b>: output layers, which may start at 0, and are left out.
 * </ul>
 */
final class InitializationRule implements SetupRule {
  /** Share of saturated activations that is reported: more than half of a layer hardly learns. */
  private static final double SATURATED_SHARE = 0.5;

  /**
   * Share of units without any activation that is reported. A single feature that is never negative
   * leaves half of them without.
   */
  private static final double DEAD_SHARE = 0.75;

  @Override
  public String name() {
    return "initialization";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    List<NetworkLayout.Layer> layers = setup.layout().layers();
    for (int i = 0; i < layers.size(); i++) {
      NetworkLayout.Layer layer = layers.get(i);
      if (layer.configuration().isOutput() || layer.frozen()) {
        continue;
      }
      if (hasEqualWeights(setup, i) && layer.configuration().units() > 1) {
        equalWeights(setup, i, findings);
        return; // Further layers are effects.
      }
      double saturated = setup.pass().saturated(i);
      double zero = setup.pass().zeroUnits(i);
      if (saturated > SATURATED_SHARE) {
        findings.report(
            Findings.of(
                    Problem.SATURATED_UNITS,
                    Severity.INFO,
                    saturated,
                    SATURATED_SHARE,
                    Message.of(
                        "say.setup.saturated",
                        Argument.share(saturated),
                        LayerText.layer(setup.layout(), i)))
                .inLayer(i)
                .withRemedies(setup.advice().againstSaturation(i).remedies()));
        return;
      }
      if (layer.activationTraits().isRectified() && zero > DEAD_SHARE) {
        findings.report(
            Findings.of(
                    Problem.DEAD_RELU,
                    zero == 1 ? Severity.WARNING : Severity.INFO,
                    zero,
                    DEAD_SHARE,
                    Message.of(
                        "say.setup.dead", Argument.share(zero), LayerText.layer(setup.layout(), i)))
                .inLayer(i)
                .withRemedies(setup.advice().againstDeadUnits(i, 1).remedies()));
        return;
      }
    }
  }

  private static void equalWeights(Setup setup, int index, FindingReporter findings) {
    int next = nextWithWeights(setup, index);
    findings.report(
        Findings.of(
                Problem.UNSUITABLE_NETWORK,
                next >= 0 && hasEqualWeights(setup, next) ? Severity.WARNING : Severity.INFO,
                1,
                1,
                Message.of("say.setup.equalWeights", LayerText.layer(setup.layout(), index)))
            .inLayer(index)
            .withRemedies(
                List.of(
                    new Remedy(
                        Message.of("remedy.randomWeights"),
                        setup
                                .layout()
                                .layers()
                                .get(index)
                                .activationTraits()
                                .suitsHeInitialization()
                            ? ".weightInit(WeightInit.RELU)"
                            : ".weightInit(WeightInit.XAVIER)"))));
  }

  private static int nextWithWeights(Setup setup, int index) {
    for (NetworkLayout.Parameter parameter : setup.layout().parameters()) {
      if (parameter.layer() > index && parameter.role() == ParameterRole.WEIGHT) {
        return parameter.layer();
      }
    }
    return -1;
  }

  /** Whether a layer has weights, and each matrix of them has equal elements. */
  private static boolean hasEqualWeights(Setup setup, int layer) {
    boolean has = false;
    for (NetworkLayout.Parameter parameter : setup.layout().parameters()) {
      if (parameter.layer() == layer && parameter.role().isMatrix() && parameter.length() > 1) {
        INDArray array = setup.network().model().paramTable().get(parameter.key());
        if (array == null || array.minNumber().doubleValue() != array.maxNumber().doubleValue()) {
          return false;
        }
        has = true;
      }
    }
    return has;
  }
}
