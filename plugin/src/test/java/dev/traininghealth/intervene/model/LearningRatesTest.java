package dev.traininghealth.intervene.model;

import static dev.traininghealth.intervene.model.LearningRateNetwork.savedAndLoaded;
import static dev.traininghealth.intervene.model.LearningRateNetwork.usedRates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.SigmoidSchedule;
import org.nd4j.linalg.schedule.StepSchedule;

/** The rates in use are the factor times the configured rates, and exactly these at factor 1. */
final class LearningRatesTest {
  private static final double[] FACTORS = {0.5, 0.1, 1e-4, 3};
  private static final int[] MOMENTS = {0, 1, 2, 5, 9, 10, 11, 19, 20, 49, 50, 99, 100, 1000};

  static Stream<Arguments> schedules() {
    ScheduleType iteration = ScheduleType.ITERATION;
    ScheduleType epoch = ScheduleType.EPOCH;
    return Stream.of(
        Arguments.of(new ExponentialSchedule(iteration, 0.1, 0.97)),
        Arguments.of(new ExponentialSchedule(epoch, 0.3, 0.9)),
        Arguments.of(new StepSchedule(iteration, 0.1, 0.3, 10)),
        Arguments.of(new PolySchedule(iteration, 0.1, 2.5, 60)),
        Arguments.of(new SigmoidSchedule(epoch, 0.7, 0.3, 15)),
        Arguments.of(new InverseSchedule(iteration, 0.1, 0.5, 0.75)),
        Arguments.of(
            new MapSchedule(iteration, new HashMap<>(Map.of(0, 0.1, 7, 0.3, 20, 0.0, 50, 0.01)))),
        Arguments.of(new FixedSchedule(0.1)),
        Arguments.of(new CycleSchedule(iteration, 0.3, 20)),
        Arguments.of(new CycleSchedule(epoch, 0.01, 0.7, 30, 5, 0.2)),
        Arguments.of(new UserSchedule(0.1)),
        Arguments.of(new RampSchedule(new FixedSchedule(0.1), 20)),
        Arguments.of(
            new RampSchedule(new RampSchedule(new StepSchedule(epoch, 0.1, 0.3, 10), 5), 30)));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void shouldScaleEachSchedule(ISchedule schedule) throws IOException {
    Model unscaled =
        LearningRateNetwork.DENSE.create(() -> new Sgd(schedule), () -> new Adam(schedule));
    Model net = LearningRateNetwork.DENSE.create(() -> new Sgd(schedule), () -> new Adam(schedule));
    LearningRates rates = LearningRates.of(net);

    assertThat(rates.hasLearningRateSchedule()).isTrue();
    for (double factor : FACTORS) {
      rates.scaleTo(factor);
      assertRatesAre(net, factor, unscaled);
      if (!(schedule instanceof RampSchedule)) {
        assertRatesAre(savedAndLoaded(net), factor, unscaled);
      }
    }
  }

  static Stream<Arguments> updaters() {
    return Stream.<Map.Entry<Supplier<IUpdater>, Function<ISchedule, IUpdater>>>of(
            Map.entry(() -> new Sgd(0.1), Sgd::new),
            Map.entry(() -> new Nesterovs(0.1, 0.8), s -> new Nesterovs(s, 0.8)),
            Map.entry(() -> new Adam(0.1), Adam::new),
            Map.entry(() -> new AdaMax(0.1), AdaMax::new),
            Map.entry(() -> new AMSGrad(0.1), AMSGrad::new),
            Map.entry(() -> new Nadam(0.1), Nadam::new),
            Map.entry(() -> new RmsProp(0.1), RmsProp::new),
            Map.entry(() -> new AdaGrad(0.1), AdaGrad::new))
        .flatMap(
            kind ->
                Stream.of(
                    kind.getKey(),
                    (Supplier<IUpdater>)
                        () ->
                            kind.getValue()
                                .apply(new StepSchedule(ScheduleType.ITERATION, 0.2, 0.3, 2))))
        .map(updater -> Arguments.of(updater.get(), updater));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("updaters")
  void shouldScaleEachUpdaterAndLeaveItsStateAlone(IUpdater name, Supplier<IUpdater> updater)
      throws IOException {
    Model unscaled = LearningRateNetwork.DENSE.create(updater);
    Model net = LearningRateNetwork.DENSE.create(updater);
    LearningRateNetwork.DENSE.step(net);
    LearningRateNetwork.DENSE.step(unscaled);
    var updaterBefore = LearningRateNetwork.updater(net);
    double[] state = state(net);
    LearningRates rates = LearningRates.of(net);

    rates.scaleTo(0.1);

    assertThat(state(net)).containsExactly(state);
    assertRatesAre(net, 0.1, unscaled);
    assertRatesAre(savedAndLoaded(net), 0.1, unscaled);
    LearningRateNetwork.DENSE.step(net);
    LearningRateNetwork.DENSE.step(unscaled);
    if (!(name instanceof Nesterovs)) { // whose velocity contains the rate
      assertThat(state(net)).as("state after the next step").containsExactly(state(unscaled));
    }
    assertThat(LearningRateNetwork.updater(net)).isSameAs(updaterBefore);
    assertThat(rates.withoutRate()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(LearningRateNetwork.class)
  void shouldScaleTheStep(LearningRateNetwork network) throws IOException {
    Supplier<IUpdater> sgd = () -> new Sgd(0.1);
    Supplier<IUpdater> biasSgd =
        () -> new Sgd(new ExponentialSchedule(ScheduleType.ITERATION, 0.3, 0.9));
    Model unscaled = network.create(sgd, biasSgd);
    Model net = network.create(sgd, biasSgd);
    network.step(unscaled);
    network.step(net);
    LearningRates.of(net).scaleTo(0.01);

    Model loaded = savedAndLoaded(net);
    double[] configured = network.step(unscaled);
    double[] statistics = network == LearningRateNetwork.DENSE ? configured : new double[0];
    double[] scaled = network.step(net);

    assertThat(Arrays.stream(configured).anyMatch(update -> update != 0))
        .as("some update")
        .isTrue();
    assertThat(network.step(loaded)).containsExactly(scaled);
    for (int i = 0; i < configured.length; i++) {
      boolean statistic = statistics.length > 0 && i >= 24 && i < 32; // batch norm's
      double expected = statistic ? configured[i] : 0.01 * configured[i];
      assertThat(scaled[i]).isCloseTo(expected, within(1e-12 * Math.abs(expected)));
    }
    assertRatesAre(net, 0.01, unscaled);
    assertRatesAre(loaded, 0.01, unscaled);
  }

  @Test
  void shouldStepAsBeforeAfterSavingAndLoadingAtTheSmallestFactor() throws IOException {
    Supplier<IUpdater> adam = alternately(() -> new Adam(0.01), () -> new Adam(0.003));
    Model net = LearningRateNetwork.WRAPPED.create(adam, () -> new Adam(0.02));
    LearningRates rates = LearningRates.of(net);
    for (double factor = 1; factor > 1e-4; factor /= 2) {
      LearningRateNetwork.WRAPPED.step(net);
      rates.scaleTo(factor);
    }
    rates.scaleTo(1e-4);

    Model loaded = savedAndLoaded(net);

    assertThat(LearningRateNetwork.blockSizes(loaded))
        .isEqualTo(LearningRateNetwork.blockSizes(net));
    for (int i = 0; i < 3; i++) {
      assertThat(LearningRateNetwork.WRAPPED.step(loaded))
          .containsExactly(LearningRateNetwork.WRAPPED.step(net));
    }
    assertThat(loaded.params()).isEqualTo(net.params());
    assertThat(state(loaded)).containsExactly(state(net));
  }

  /** Two rates that differ only by rounding are two blocks, even if their products are equal. */
  @Test
  void shouldKeepNeighboringRatesDifferent() throws IOException {
    double rate = 0.0019;
    double next = Math.nextUp(rate);
    Supplier<IUpdater> adam = alternately(() -> new Adam(rate), () -> new Adam(next));
    Model net = LearningRateNetwork.DENSE.create(adam);
    LearningRates rates = LearningRates.of(net);
    boolean wereEqual = false;

    for (int i = 1; i < 40; i++) {
      double factor = 1 / (1 + 0.1 * i);
      wereEqual |= factor * rate == factor * next;
      rates.scaleTo(factor);
      assertThat(LearningRateNetwork.blockSizes(savedAndLoaded(net)))
          .isEqualTo(LearningRateNetwork.blockSizes(net));
    }
    assertThat(wereEqual).as("a factor with equal products").isTrue();
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void shouldRestoreTheConfiguredRatesExactly(ISchedule schedule) {
    Sgd updater = new Sgd(0.1);
    Adam biasUpdater = new Adam(schedule);
    Model net = LearningRateNetwork.DENSE.create(() -> updater, () -> biasUpdater);
    String before = schedule.toString();
    LearningRates rates = LearningRates.of(net);

    for (double factor : FACTORS) {
      rates.scaleTo(factor);
    }
    assertThat(rates.factor()).isEqualTo(3);
    rates.scaleTo(1);

    assertThat(rates.factor()).isEqualTo(1);
    assertThat(updater.getLearningRate()).isEqualTo(0.1);
    assertThat(updater.getLearningRateSchedule()).isNull();
    assertThat(biasUpdater.getLearningRateSchedule()).isSameAs(schedule).hasToString(before);
  }

  @Test
  void shouldShareNothingWithAMapSchedule() {
    MapSchedule configured =
        new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0.1).add(5, 0.2).build();
    ISchedule scaled = ScaledSchedule.of(configured, 0.5);

    configured.getValues().put(0, 7.0);

    assertThat(scaled.valueAt(0, 0)).isEqualTo(0.05);
  }

  @Test
  void shouldWrapASubclassOfAKnownSchedule() {
    ISchedule configured =
        new FixedSchedule(0.1) {
          @Override
          public double valueAt(int iteration, int epoch) {
            return 0.1 + iteration;
          }
        };

    assertThat(ScaledSchedule.of(configured, 0.5).valueAt(2, 0)).isEqualTo(1.05);
    assertThat(ScaledSchedule.of(configured, 0.5)).isEqualTo(ScaledSchedule.of(configured, 0.5));
    assertThat(ScaledSchedule.of(configured, 0.5).clone().valueAt(2, 0)).isEqualTo(0.05);
  }

  @Test
  void shouldLeaveMomentumAlone() {
    ISchedule momentum = new StepSchedule(ScheduleType.ITERATION, 0.9, 0.5, 10);
    Nesterovs updater = new Nesterovs(0.1, momentum);
    Model net = LearningRateNetwork.DENSE.create(() -> updater);
    LearningRates rates = LearningRates.of(net);

    rates.scaleTo(0.5);

    assertThat(updater.getLearningRate()).isEqualTo(0.05);
    assertThat(updater.getMomentumISchedule()).isSameAs(momentum);
    assertThat(rates.hasLearningRateSchedule())
        .as("the schedule of the momentum does not count")
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, Double.NaN, Double.POSITIVE_INFINITY, -0.1})
  void shouldScaleUnusualRates(double rate) {
    Sgd updater = new Sgd(rate);
    LearningRates rates = LearningRates.of(LearningRateNetwork.DENSE.create(() -> updater));

    rates.scaleTo(0.5);
    assertThat(updater.getLearningRate()).isEqualTo((Double) (0.5 * rate));
    rates.scaleTo(0.25);
    assertThat(updater.getLearningRate()).isEqualTo((Double) (0.25 * rate));
    rates.scaleTo(1);
    assertThat(updater.getLearningRate()).isEqualTo((Double) rate);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldRejectFactorsOutOfRange(double factor) {
    Sgd updater = new Sgd(0.1);
    LearningRates rates = LearningRates.of(LearningRateNetwork.DENSE.create(() -> updater));

    assertThatThrownBy(() -> rates.scaleTo(factor))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(factor));
    assertThat(updater.getLearningRate()).isEqualTo(0.1);
    assertThat(rates.factor()).isEqualTo(1);
  }

  private static void assertRatesAre(Model net, double factor, Model unscaled) {
    for (int moment : MOMENTS) {
      for (int epoch : new int[] {0, moment}) {
        double[] configured = usedRates(unscaled, moment, epoch);
        double[] used = usedRates(net, moment, epoch);
        assertThat(used).hasSameSizeAs(configured);
        for (int i = 0; i < configured.length; i++) {
          if (Double.isNaN(configured[i])) {
            assertThat(used[i]).isNaN();
          } else {
            assertThat(used[i])
                .as("iteration %d, epoch %d", moment, epoch)
                .isCloseTo(
                    factor * configured[i], within(1e-12 * Math.abs(factor * configured[i])));
          }
        }
      }
    }
  }

  private static double[] state(Model net) {
    var state = LearningRateNetwork.updater(net).getStateViewArray();
    return state == null ? new double[0] : state.dup().data().asDouble();
  }

  private static Supplier<IUpdater> alternately(
      Supplier<IUpdater> first, Supplier<IUpdater> second) {
    int[] calls = {0};
    return () -> calls[0]++ % 2 == 0 ? first.get() : second.get();
  }
}
