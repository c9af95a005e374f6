package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** Damage by finite values in a healthy run is reported soon, and nothing without damage. */
class InjectedDamageTest {
  private static final int HEALTHY = InjectedRun.HEALTHY;

  /** Maximum iterations until damage is reported. */
  private static final int SOON = 5;

  /** Maximum iterations until missing progress is reported. */
  private static final int PATIENCE = 100;

  private static final double TOO_LARGE = 1000;

  static Stream<Arguments> runs() {
    return Arrays.stream(LearningNetwork.values())
        .flatMap(
            kind ->
                Stream.of(LearningNetwork.adam(1), kind.sgd(1)).map(u -> Arguments.of(kind, u)));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void shouldFindNothingInAHealthyRun(LearningNetwork kind, IUpdater updater) {
    InjectedRun run = new InjectedRun(kind, updater, InjectedRun.THRIFTY);
    assertHealthy(kind, run);
  }

  @Test
  void shouldFindNothingInAHealthyRunHoweverMuchIsMeasured() {
    LearningNetwork kind = LearningNetwork.MLP;
    assertHealthy(kind, new InjectedRun(kind, kind.sgd(1), InjectedRun.LAVISH));
  }

  private static void assertHealthy(LearningNetwork kind, InjectedRun run) {
    DataSet unseen = kind.batch(1000);
    double start = run.net.score(unseen);
    run.until(HEALTHY + PATIENCE);
    assertThat(run.alarms()).isEmpty();
    assertThat(run.net.score(unseen)).as("a run that learns").isLessThan(0.8 * start);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void shouldReportALearningRateThatIsAThousandTimesTooLarge(
      LearningNetwork kind, IUpdater updater) {
    double rate = updater.getLearningRate(0, 0);
    InjectedRun run = new InjectedRun(kind, updater, InjectedRun.THRIFTY).until(HEALTHY);
    run.net.setLearningRate(TOO_LARGE * rate);
    run.until(HEALTHY + SOON);
    assertThat(run.alarms()).allMatch(d -> d.iteration() >= HEALTHY);
    assertThat(run.alarms(ProblemFamily.EXPLODING)).anyMatch(d -> d.iteration() < HEALTHY + SOON);
  }

  static Stream<Arguments> runsAndWeights() {
    return runs()
        .filter(run -> run.get()[0] == LearningNetwork.MLP || run.get()[1] instanceof Adam)
        .flatMap(
            run -> {
              LearningNetwork kind = (LearningNetwork) run.get()[0];
              IUpdater updater = (IUpdater) run.get()[1];
              return kind.weights().stream().map(key -> Arguments.of(kind, updater, key));
            });
  }

  /**
   * No gradient passes the lost layer, which shows in the layers before it. The first layer has
   * none before it, so its weights themselves must be examined.
   */
  @ParameterizedTest
  @MethodSource("runsAndWeights")
  void shouldReportALayerWhoseWeightsAreLost(LearningNetwork kind, IUpdater updater, String key) {
    InjectedRun run = new InjectedRun(kind, updater, InjectedRun.THRIFTY).until(HEALTHY);
    clear(run.net, key);
    run.until(HEALTHY + SOON);
    List<Diagnosis> alarms = run.alarms();
    assertThat(alarms).allMatch(d -> d.iteration() >= HEALTHY);
    assertThat(alarms)
        .filteredOn(d -> d.problem().is(ProblemFamily.VANISHING))
        .filteredOn(d -> d.iteration() < HEALTHY + SOON)
        .extracting(Diagnosis::parameterKey)
        .contains(key);
  }

  /** Sets the weights to zero, and the recurrent ones if there are any. */
  private static void clear(MultiLayerNetwork net, String key) {
    net.getParam(key).assign(0);
    String recurrent = key.replace("_W", "_RW");
    if (net.paramTable().containsKey(recurrent)) {
      net.getParam(recurrent).assign(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MLP, 0, false",
    "MLP, 60, false",
    "CNN, 60, false",
    "LSTM, 60, false",
    "MLP, 0, true",
    "MLP, 60, true"
  })
  void shouldReportALearningRateOfZero(LearningNetwork kind, int from, boolean adam) {
    IUpdater updater = adam ? LearningNetwork.adam(1) : kind.sgd(1);
    InjectedRun run = new InjectedRun(kind, updater, InjectedRun.THRIFTY).until(from);
    run.net.setLearningRate(0);
    run.until(from + PATIENCE);
    assertThat(run.alarms()).allMatch(d -> d.iteration() >= from);
    assertThat(run.alarms(ProblemFamily.NOT_LEARNING))
        .anyMatch(d -> d.iteration() < from + PATIENCE);
  }
}
