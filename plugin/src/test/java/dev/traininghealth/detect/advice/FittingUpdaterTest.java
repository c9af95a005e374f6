package dev.traininghealth.detect.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.RmsProp;

/** What is assumed of DL4J's updaters, against DL4J's updaters. */
class FittingUpdaterTest {
  private static final double RATE = 1e-3;

  static Stream<IUpdater> updaters() {
    return Stream.of(
        new Adam(RATE), new AMSGrad(RATE), new AdaMax(RATE), new Nadam(RATE), new RmsProp(RATE));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void shouldKnowTheFirstStep(IUpdater updater) {
    INDArray gradient = Nd4j.createFromArray(0.5f, -2, 30).reshape(1, 3);
    INDArray step = gradient.dup();
    updater
        .instantiate(Nd4j.zeros(1, updater.stateSize(step.length())), true)
        .applyUpdater(step, 0, 0);

    String name = updater.getClass().getSimpleName();
    assertThat(LearningRateAdvice.STEPS_OF_RATE).contains(name);
    for (int i = 0; i < step.length(); i++) {
      assertThat(step.getDouble(i) / RATE * Math.signum(gradient.getDouble(i)))
          .isCloseTo(FittingUpdater.firstStepFactor(name), within(0.01));
    }
  }
}
