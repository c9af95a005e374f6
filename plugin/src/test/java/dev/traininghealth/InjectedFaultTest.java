package dev.traininghealth;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Non-finite and huge values in a healthy run, and their diagnoses. */
class InjectedFaultTest {
  private static final int HEALTHY = InjectedRun.HEALTHY;

  private static final int EXAMPLE = 17;

  @ParameterizedTest
  @EnumSource(LearningNetwork.class)
  void shouldReportNaNInOneFeature(LearningNetwork kind) {
    InjectedRun run =
        new InjectedRun(kind, LearningNetwork.adam(1), InjectedRun.THRIFTY).until(HEALTHY);
    DataSet batch = run.next();
    poison(batch.getFeatures(), Float.NaN);
    run.net.fit(batch);
    assertNonFinite(run, Place.FEATURES);
  }

  @ParameterizedTest
  @EnumSource(LearningNetwork.class)
  void shouldReportNaNInOneLabel(LearningNetwork kind) {
    InjectedRun run =
        new InjectedRun(kind, LearningNetwork.adam(1), InjectedRun.THRIFTY).until(HEALTHY);
    DataSet batch = run.next();
    poison(batch.getLabels(), Float.NaN);
    run.net.fit(batch);
    assertNonFinite(run, Place.LABELS);
  }

  /** Sets the example's last element, which in a series belongs to the last segment. */
  private static void poison(INDArray array, float value) {
    INDArray example = array.slice(EXAMPLE);
    example.putScalar(example.length() - 1, value);
  }

  private static void assertNonFinite(InjectedRun run, Place place) {
    int fault = run.net.getIterationCount() - 1;
    run.until(fault + 4);
    assertThat(run.alarms(ProblemFamily.NON_FINITE))
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.severity()).isEqualTo(Severity.CRITICAL);
              assertThat(d.iteration()).isEqualTo(fault);
              assertThat(d.isResolved()).isFalse();
              NonFiniteOrigin origin = requireNonNull(d.origin());
              assertThat(origin.place()).isEqualTo(place);
              assertThat(origin.count()).isEqualTo(1);
              assertThat(origin.examples()).containsExactly(EXAMPLE);
              assertThat(origin.exampleCount()).isEqualTo(1);
              assertThat(origin.overflow()).isFalse();
              assertThat(d.sentence()).contains("Affected rows of the minibatch: 17.");
            });
    assertThat(run.alarms()).allMatch(d -> d.iteration() >= fault);
  }

  @ParameterizedTest
  @EnumSource(
      value = LearningNetwork.class,
      names = {"MLP", "CNN"})
  void shouldReportHugeFeaturesBeforeTheyAreInTheWeights(LearningNetwork kind) {
    InjectedRun run =
        new InjectedRun(kind, LearningNetwork.adam(1), InjectedRun.THRIFTY).until(HEALTHY);
    DataSet batch = run.next();
    batch.getFeatures().slice(EXAMPLE).muli(1e30);
    makeWrong(run, batch);
    run.net.fit(batch);
    assertThat(run.alarms()).allMatch(d -> d.iteration() == HEALTHY);
    assertThat(run.alarms())
        .anySatisfy(
            d -> {
              assertThat(d.severity()).isEqualTo(Severity.CRITICAL);
              assertThat(d.problem().family())
                  .isIn(ProblemFamily.NON_FINITE, ProblemFamily.EXPLODING);
              NonFiniteOrigin origin = requireNonNull(d.origin());
              assertThat(origin.examples()).containsExactly(EXAMPLE);
              assertThat(origin.overflow()).isTrue();
              assertThat(origin.largestFeature()).isBetween(1e29, 1e31);
            });
  }

  /** A certain and correct prediction has no gradient, however large the features are. */
  private static void makeWrong(InjectedRun run, DataSet batch) {
    INDArray label = batch.getLabels().slice(EXAMPLE);
    int predicted = run.net.output(batch.getFeatures()).slice(EXAMPLE).argMax().getInt(0);
    label.assign(0);
    label.putScalar((predicted + 1) % label.length(), 1);
  }

  /** Gates are bounded, so nothing overflows and no overflow is reported. */
  @ParameterizedTest
  @EnumSource(
      value = LearningNetwork.class,
      names = {"LSTM"})
  void shouldNotReportNaNIfHugeFeaturesSaturate(LearningNetwork kind) {
    InjectedRun run =
        new InjectedRun(kind, LearningNetwork.adam(1), InjectedRun.LAVISH).until(HEALTHY);
    DataSet batch = run.next();
    batch.getFeatures().slice(EXAMPLE).muli(1e30);
    run.net.fit(batch);
    assertThat(run.net.params().isNaN().any() || run.net.params().isInfinite().any()).isFalse();
    assertThat(run.listener.diagnoses())
        .filteredOn(d -> d.iteration() >= HEALTHY)
        .noneMatch(d -> d.problem().is(ProblemFamily.NON_FINITE) || d.origin() != null);
  }

  @ParameterizedTest
  @CsvSource({"MLP, 0_W", "MLP, 1_W", "MLP, 2_W", "CNN, 2_W", "LSTM, 0_W", "LSTM, 2_W"})
  void shouldReportInfinityInOneWeight(LearningNetwork kind, String key) {
    InjectedRun run = new InjectedRun(kind, kind.sgd(1), InjectedRun.THRIFTY).until(HEALTHY);
    run.net.getParam(key).putScalar(3, Float.POSITIVE_INFINITY);
    run.until(HEALTHY + 10);
    List<Diagnosis> alarms = run.alarms();
    assertThat(alarms).allMatch(d -> d.iteration() >= HEALTHY);
    assertThat(run.alarms(ProblemFamily.NON_FINITE))
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.severity()).isEqualTo(Severity.CRITICAL);
              assertThat(d.iteration()).isBetween((long) HEALTHY, HEALTHY + 9L);
              assertThat(d.parameterKey()).isEqualTo(key);
              assertThat(d.layer()).isEqualTo(Integer.parseInt(key.substring(0, 1)));
              NonFiniteOrigin origin = requireNonNull(d.origin());
              assertThat(origin.place()).isEqualTo(Place.WEIGHT);
              assertThat(origin.layer()).isEqualTo(d.layer());
              assertThat(origin.parameter()).isEqualTo(d.parameter());
              assertThat(origin.count()).isEqualTo(1);
              assertThat(origin.examples()).isEmpty();
            });
  }
}
