package dev.traininghealth.detect.advice;

import dev.traininghealth.detect.Remedy;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.Map;
import java.util.Optional;

/**
 * Completes a remedy that changes labels or output by an updater that fits them.
 *
 * <p>The gradient of an error is proportional to the scale of the labels. A rate that was low
 * enough for labels of a hundred is too low for labels of 1, so that the network is hardly trained
 * when the run ends. A network whose output could not learn has shown nothing of its rate, which
 * may throw the weights far as soon as the output passes a gradient.
 */
final class FittingUpdater {
  /**
   * Rate of plain SGD up to which it learns normalized labels too slowly: the default of other
   * libraries, and ten times DL4J's. From 0.1 on it is usual for data of this scale.
   */
  private static final double MAX_SLOW_RATE = 1e-2;

  /** Factor by which momentum of 0.9, DL4J's default, lengthens the steps. */
  private static final double MOMENTUM_FACTOR = 10;

  /** Relative tolerance of rates, for rounding: FLOAT has about seven digits. */
  private static final double TOLERANCE = 1e-6;

  /**
   * How far the first step may move a unit whose inputs are of size 1 and have one sign. Beyond 10,
   * each sigmoid and softmax is at its limit.
   */
  private static final double MAX_FIRST_MOVE = 10;

  /**
   * Factor of the first step on the rate. DL4J's RmsProp and Nadam do not correct their mean of
   * squared gradients for its start at 0: it is 1 − ρ of the square, of which the step has the
   * root. The values are those of DL4J's defaults, ρ of 0.95 and β of 0.9 and 0.999.
   */
  private static final Map<String, Double> FIRST_STEP_FACTORS =
      Map.of("RmsProp", 1 / Math.sqrt(1 - 0.95), "Nadam", 1.9 / Math.sqrt(1 - 0.999));

  private final NetworkLayout layout;
  private final LearningRateAdvice rates;

  FittingUpdater(NetworkLayout layout, LearningRateAdvice rates) {
    this.layout = layout;
    this.rates = rates;
  }

  /**
   * {@return the remedy with what else to change, or as it is if the updater fits normalized
   * labels}
   *
   * @param remedy to normalize the labels
   */
  Remedy forNormalizedLabels(Remedy remedy) {
    double rate = rates.configured();
    double usual = LearningRateAdvice.usualOfAdam(layout);
    Optional<String> slow = slowUpdater(rate);
    if (slow.isPresent()) {
      Message adam =
          Message.of("remedy.thenAdam", Argument.text(slow.get()), Argument.number(rate));
      return with(remedy, adam, UpdaterCode.adam(usual));
    }
    return rates.hasStepsOfRate() && rate * LearningRateAdvice.MIN_CHANGE <= usual
        ? with(
            remedy,
            Message.of("remedy.thenRate", Argument.number(rate), Argument.number(usual)),
            UpdaterCode.of(layout, usual))
        : remedy;
  }

  /** {@return the updater whose steps shrink with the labels and are small already} */
  private Optional<String> slowUpdater(double rate) {
    return layout.layers().stream()
        .map(layer -> layer.configuration().updater())
        .filter(
            updater ->
                switch (updater) {
                  case "Sgd" -> rate <= MAX_SLOW_RATE * (1 + TOLERANCE);
                  case "Nesterovs" -> rate * MOMENTUM_FACTOR <= MAX_SLOW_RATE * (1 + TOLERANCE);
                  default -> false;
                })
        .findFirst();
  }

  /**
   * {@return the remedy with a lower rate, or as it is if the first steps are not too large}
   *
   * @param remedy to give the network an output that passes a gradient
   */
  Remedy forOutput(Remedy remedy) {
    double largest = 0;
    double inputs = 0;
    for (int p : layout.trainedMatrices()) {
      double move = firstMove(p);
      if (move > largest) {
        largest = move;
        inputs = HeInitialization.inputs(layout, p);
      }
    }
    if (largest <= MAX_FIRST_MOVE) {
      return remedy;
    }
    Message why =
        Message.of(
            "remedy.rate.firstStep", Argument.number(largest), Argument.count(Math.round(inputs)));
    return rates
        .lower(largest / MAX_FIRST_MOVE)
        .map(lower -> with(remedy, lower.message().then(why), lower.code()))
        .orElse(remedy);
  }

  /** {@return how far the first step may move a unit; 0 if that is unknown} */
  private double firstMove(int parameter) {
    String updater =
        layout.layers().get(layout.parameters().get(parameter).layer()).configuration().updater();
    double move =
        HeInitialization.inputs(layout, parameter) * rates.used() * firstStepFactor(updater);
    return LearningRateAdvice.STEPS_OF_RATE.contains(updater) ? move : 0;
  }

  /** {@return the first step of an updater whose steps have the size of its rate, per rate} */
  static double firstStepFactor(String updater) {
    return FIRST_STEP_FACTORS.getOrDefault(updater, 1.0);
  }

  private static Remedy with(Remedy remedy, Message then, String code) {
    return new Remedy(remedy.message().then(then), remedy.code() + " // and " + code);
  }
}
