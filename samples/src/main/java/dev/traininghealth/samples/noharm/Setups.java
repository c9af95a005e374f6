package dev.traininghealth.samples.noharm;

import java.util.List;
import java.util.stream.Stream;

/** All set-ups, in the order of running. */
final class Setups {
  private Setups() {}

  static List<Setup> all() {
    return Stream.of(
            Regressions.setups(),
            RingGan.setups(),
            GaussianClasses.setups(),
            DigitClasses.setups(),
            Images.setups(),
            SquareDetection.setups(),
            QLearning.setups(),
            MaskedSeries.setups())
        .flatMap(List::stream)
        .toList();
  }
}
