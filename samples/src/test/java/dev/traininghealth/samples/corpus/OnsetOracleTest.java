package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.DoubleStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class OnsetOracleTest {
  private final OnsetOracle oracle = new OnsetOracle();

  private void scores(double... scores) {
    long iteration = 0;
    for (double score : scores) {
      oracle.score(iteration++, score);
    }
  }

  private static double[] then(double... later) {
    return DoubleStream.concat(DoubleStream.generate(() -> 1).limit(20), DoubleStream.of(later))
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void shouldSeeWhatIsNotFinite(float value) {
    INDArray array = Nd4j.ones(3, 5);
    assertThat(OnsetOracle.hasNonFinite(array)).isFalse();

    array.putScalar(1, 3, value);
    assertThat(OnsetOracle.hasNonFinite(array)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(floats = {0, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE})
  void shouldTakeExtremesForFinite(float value) {
    assertThat(OnsetOracle.hasNonFinite(Nd4j.ones(7).putScalar(2, value))).isFalse();
  }

  @Test
  void shouldFindTheFirstScoreAboveTenTimesTheMedian() {
    scores(then(10, 10.1, 100));

    assertThat(oracle.onset("exploding")).hasValue(21);
  }

  @Test
  void shouldFindAnExplosionAmongTheFirst() {
    scores(1, 1, 1, 50, 1, 1);

    assertThat(oracle.onset("exploding")).hasValue(3);
  }

  @Test
  void shouldTakeANonFiniteScoreForAnExplosion() {
    scores(1, 2, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    assertThat(oracle.onset("exploding")).hasValue(2);
    assertThat(oracle.onset("non_finite")).hasValue(2);
  }

  @Test
  void shouldFindNothingInAScoreThatFallsOrIsBelowZero() {
    scores(5, 4, 3, 2, 1, 1, 1);
    assertThat(oracle.onset("exploding")).isEmpty();

    OnsetOracle negative = new OnsetOracle();
    negative.score(0, -3);
    negative.score(1, -1);
    assertThat(negative.onset("exploding")).isEmpty();
    assertThat(new OnsetOracle().onset("exploding")).isEmpty();
  }

  @Test
  void shouldKnowNoOnsetOfOtherProblems() {
    scores(Double.NaN);

    assertThat(oracle.onset("vanishing")).isEmpty();
    assertThat(OnsetOracle.knows("vanishing")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "1e-3, false", // learns
    "1e30, true" // the first update is beyond FLOAT's squares
  })
  void shouldWatchATraining(double rate, boolean goesWrong) throws Exception {
    MultiLayerNetwork network =
        CaseNetwork.build(Cases.with(Map.of("learningRate", String.valueOf(rate))), 1);
    network.setListeners(oracle);

    for (int i = 0; i < 10; i++) {
      network.fit(new DataSet(Nd4j.ones(4, 2), Nd4j.ones(4, 1)));
    }

    assertThat(oracle.onset("non_finite").isPresent()).isEqualTo(goesWrong);
  }

  @Test
  void shouldSeeAWeightThatNeitherScoreNorGradientShows() throws Exception {
    MultiLayerNetwork network = CaseNetwork.build(Cases.with(Map.of()), 1);
    network.setListeners(oracle);
    DataSet data = new DataSet(Nd4j.ones(4, 2), Nd4j.ones(4, 1));
    network.fit(data);
    network.getParam("0_W").putScalar(0, 0, Float.POSITIVE_INFINITY);
    network.fit(data);

    assertThat(Double.isFinite(network.score())).isTrue();
    assertThat(oracle.onset("non_finite")).hasValue(1);
  }
}
