package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.ActivationTraits;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.List;

/**
 * Remedies against small updates, by their cause: units that pass no gradient, or else a small
 * learning rate. A higher rate does not bring back units that are silent or saturated. It often is
 * what silenced them.
 */
final class SmallUpdateRemedies {
  private SmallUpdateRemedies() {}

  /**
   * {@return the remedies}
   *
   * @param layer index of the layer with small updates; -1 for the whole network
   * @param parameter index of the only parameter with small updates; -1 for all
   * @param ratio the update:parameter ratio of the only parameter; if that is -1, the mean of the
   *     present ratios of all matrices counts, or this one if it is smaller, at least 0
   */
  static List<Remedy> of(History history, int layer, int parameter, double ratio) {
    Measurement m = history.current();
    double present = parameter < 0 ? Math.min(ratio, meanRatio(m, history.layout())) : ratio;
    Advice advice = Advice.on(history);
    List<NetworkLayout.Layer> layers = history.layout().layers();
    for (int l = layer < 0 ? 0 : layer; l < layers.size(); l++) {
      ActivationTraits traits = layers.get(l).activationTraits();
      if (traits.isRectified() && m.silentUnitFraction(l) > DeadReluDetector.INFO_SHARE) {
        return advice.againstDeadUnits(l, 1).remedies();
      }
      if (!layers.get(l).configuration().isOutput()
          && m.saturatedFraction(l) > SaturationDetector.INFO_SHARE) {
        return advice.againstSaturation(l).remedies();
      }
    }
    return advice.againstSmallUpdates(layer, parameter, present).remedies();
  }

  /**
   * {@return the geometric mean of the update:parameter ratios of all trained matrices; Infinity
   * without any that moves}
   */
  private static double meanRatio(Measurement m, NetworkLayout layout) {
    double total = 0;
    int count = 0;
    for (int p : layout.trainedMatrices()) {
      double ratio = m.updateNorm(p) / m.weightNorm(p);
      if (ratio > 0 && ratio <= Double.MAX_VALUE) {
        total += Math.log(ratio);
        count++;
      }
    }
    return count == 0 ? Double.POSITIVE_INFINITY : Math.exp(total / count);
  }
}
