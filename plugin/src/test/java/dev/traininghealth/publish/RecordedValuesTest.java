package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.ParameterRole;
import dev.traininghealth.numbers.Steps;
import dev.traininghealth.record.NonFinite;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentFormat;
import dev.traininghealth.record.Series.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the rows of a recorder hold. */
@Timeout(60)
class RecordedValuesTest extends RecorderFixture {
  @Test
  void shouldStoreWhatWasMeasured() {
    record(7, 8);
    assertThat(value(Quantity.SCORE, Scope.RUN, 0)).isCloseTo(1.125, within(1e-6));
    assertThat(value(Quantity.BATCH_SIZE, Scope.RUN, 0)).isEqualTo(32);
    assertThat(value(Quantity.STEP_MILLIS, Scope.RUN, 0)).isEqualTo(1.5);
    assertThat(value(Quantity.COST_SHARE, Scope.RUN, 0)).isCloseTo(0.01, within(1e-8));
    assertThat(value(Quantity.VALIDATION_SCORE, Scope.RUN, 0)).isNaN();
    assertThat(value(Quantity.GRADIENT_NORM, Scope.LAYER, 1))
        .isCloseTo(Math.hypot(3.875, 4.875), within(1e-5));
    assertThat(value(Quantity.WEIGHT_NORM, Scope.LAYER, 1))
        .isCloseTo(Math.hypot(38.75, 48.75), within(1e-4));
    assertThat(value(Quantity.UPDATE_NORM, Scope.LAYER, 0))
        .isCloseTo(Math.hypot(0.01875, 0.02875), within(1e-7));
    assertThat(value(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, 2)).isEqualTo(3.875);
    assertThat(value(Quantity.LEARNING_RATE, Scope.LAYER, 1)).isEqualTo(0.5);
    assertThat(value(Quantity.ACTIVATION_RMS, Scope.LAYER, 1)).isEqualTo(1.5);
    assertThat(value(Quantity.ACTIVATION_ZERO_FRACTION, Scope.LAYER, 0)).isEqualTo(0.125);
    assertThat(value(Quantity.SILENT_UNIT_FRACTION, Scope.LAYER, 1)).isEqualTo(0.25);
    assertThat(value(Quantity.SATURATED_FRACTION, Scope.LAYER, 1)).isEqualTo(0.5);
    Segment segment = stored().get(0);
    assertThat(segment.firstIteration(0)).isEqualTo(7);
    assertThat(segment.timeMillis(0)).isEqualTo(START + 7);
    assertThat(segment.run()).isEqualTo(START);
  }

  /** As W and b of a layer: a gradient may vanish in one of them alone. */
  @Test
  void shouldStoreTheNormsOfEachParameterOfALayerAtGrowingDistances() {
    record(0, 1000);
    recorder.flush();
    List<Long> rows = new ArrayList<>();
    int gradients = run.indexOf(Quantity.GRADIENT_NORM, Scope.PARAMETER, 3);
    int weights = run.indexOf(Quantity.WEIGHT_NORM, Scope.PARAMETER, 3);
    int updates = run.indexOf(Quantity.UPDATE_NORM, Scope.PARAMETER, 3);
    for (Segment segment : stored()) {
      for (int bucket = 0; segment.level() == 0 && bucket < segment.buckets(); bucket++) {
        double gradient = segment.mean(gradients, bucket);
        if (!Double.isNaN(gradient)) {
          long row = segment.firstIteration(bucket);
          rows.add(row);
          assertThat(gradient).isCloseTo(4 + row % 8 / 8.0, within(1e-5));
          assertThat(segment.mean(weights, bucket)).isCloseTo(10 * gradient, within(1e-4));
          assertThat(segment.mean(updates, bucket)).isCloseTo(gradient / 100, within(1e-7));
        }
      }
    }
    assertThat(rows.subList(0, 101)).doesNotHaveDuplicates().startsWith(0L, 1L).endsWith(100L);
    assertThat(rows).hasSizeBetween(210, 230).doesNotContain(101L, 999L).contains(102L);
  }

  /**
   * Of weights that are measured at every tenth iteration: the norms of a row are of one moment.
   */
  @Test
  void shouldStoreTheNormsOfParametersOnlyWithTheirWeights() {
    MeasurementWriter m = measurements.at(5, START);
    m.weightIteration = 4;
    recorder.record(m);
    assertThat(value(Quantity.GRADIENT_NORM, Scope.PARAMETER, 0)).isNaN();
    record(6, 7);
    assertThat(value(Quantity.GRADIENT_NORM, Scope.PARAMETER, 0)).isEqualTo(1.75);
  }

  @Test
  void shouldStoreNoNormsOfParametersWhereTheyAreTheLayers() {
    use(
        new NetworkLayout(
            "MultiLayerNetwork",
            List.of(
                new NetworkLayout.Layer("single", "DenseLayer", "relu", false, 0, 1),
                new NetworkLayout.Layer("frozen", "DenseLayer", "relu", true, 1, 2)),
            List.of(
                new NetworkLayout.Parameter("0_W", "W", 0, ParameterRole.WEIGHT, 9, false),
                new NetworkLayout.Parameter("1_W", "W", 1, ParameterRole.WEIGHT, 9, true),
                new NetworkLayout.Parameter("1_b", "b", 1, ParameterRole.BIAS, 3, true))));
    record(0, 1);
    for (int parameter = 0; parameter < 3; parameter++) {
      assertThat(run.indexOf(Quantity.WEIGHT_NORM, Scope.PARAMETER, parameter)).isEqualTo(-1);
    }
    assertThat(value(Quantity.GRADIENT_NORM, Scope.LAYER, 0)).isEqualTo(1);
  }

  /** Of a deep network they would make each record of fewer rows. */
  @Test
  void shouldStoreNoNormsOfParametersOfHundredsOfLayers() {
    assertThat(seriesOf(80)).isEqualTo(9 + 80 * (10 + 1 + 2 * 3) + 5);
    assertThat(seriesOf(90)).isEqualTo(9 + 90 * (10 + 1) + 5);
  }

  private static int seriesOf(int layers) {
    return RecordConversion.run(RecordFixtures.denseLayout(layers), START, Map.of())
        .series()
        .size();
  }

  @Test
  void shouldPutNormsOfLayersAndOfTheNetworkTogether() {
    MeasurementWriter m = measurements.at(0, START);
    double[] gradients = {3, 4, 12, 84};
    System.arraycopy(gradients, 0, m.gradientNorm, 0, 4);
    recorder.record(m);
    assertThat(value(Quantity.GRADIENT_NORM, Scope.LAYER, 0)).isEqualTo(5);
    assertThat(value(Quantity.GRADIENT_NORM, Scope.RUN, 0))
        .isCloseTo(Math.sqrt(9 + 16 + 144 + 7056), within(1e-4));
    assertThat(value(Quantity.WEIGHT_NORM, Scope.LAYER, 1)).isCloseTo(50, within(1e-4));
    assertThat(value(Quantity.UPDATE_RATIO, Scope.LAYER, 1)).isCloseTo(0.001, within(1e-8));
  }

  @Test
  void shouldNotOverflowOrVanishWhereSquaresWould() {
    for (double scale : new double[] {1e200, 1e-200, 1e60, 3e307, 1e-310}) {
      MeasurementWriter m = measurements.at(0, START);
      m.gradientNorm[0] = 3 * scale;
      m.gradientNorm[1] = 4 * scale;
      recorder.record(m);
      double norm = value(Quantity.GRADIENT_NORM, Scope.LAYER, 0);
      assertThat(norm / scale).isBetween(4.98, 5.02); // 1e-310 is denormal
    }
    MeasurementWriter m = measurements.at(0, START);
    m.gradientNorm[0] = Double.MAX_VALUE;
    m.gradientNorm[1] = Double.MAX_VALUE;
    recorder.record(m);
    assertThat(value(Quantity.GRADIENT_NORM, Scope.LAYER, 0)).isFinite().isGreaterThan(1e308);
  }

  @Test
  void shouldTellWhatIsNotFiniteOfLayersToo() {
    MeasurementWriter m = measurements.at(0, START);
    m.gradientNorm[0] = Double.NaN;
    m.gradientNorm[2] = Double.POSITIVE_INFINITY;
    m.score = Double.NEGATIVE_INFINITY;
    recorder.record(m);
    recorder.flush();
    Segment segment = stored().get(0);
    assertThat(nonFinite(segment, Quantity.GRADIENT_NORM, Scope.LAYER, 0)).isEqualTo("NaN");
    assertThat(nonFinite(segment, Quantity.GRADIENT_NORM, Scope.LAYER, 1)).isEqualTo("+Infinity");
    assertThat(nonFinite(segment, Quantity.GRADIENT_NORM, Scope.RUN, 0)).isEqualTo("NaN");
    assertThat(nonFinite(segment, Quantity.SCORE, Scope.RUN, 0)).isEqualTo("-Infinity");
  }

  private String nonFinite(Segment segment, Quantity quantity, Scope scope, int index) {
    List<NonFinite> found = segment.nonFinite(run.indexOf(quantity, scope, index));
    assertThat(found).hasSize(1);
    NonFinite only = found.get(0);
    return only.nans() == 1 ? "NaN" : only.positiveInfinities() == 1 ? "+Infinity" : "-Infinity";
  }

  @Test
  void shouldStoreWhatWasDoneToAnIteration() {
    use(layout, Map.of("mode", "protecting"));
    MeasurementWriter m = measurements.at(0, START);
    Steps.gradientNorm(m, 8);
    Steps.clipThreshold(m, 5);
    Steps.clippedGradientNorm(m, 4.75);
    Steps.learningRateFactor(m, 0.25);
    recorder.record(m);
    assertThat(value(Quantity.GLOBAL_GRADIENT_NORM, Scope.RUN, 0)).isEqualTo(8);
    assertThat(value(Quantity.CLIP_THRESHOLD, Scope.RUN, 0)).isEqualTo(5);
    assertThat(value(Quantity.CLIPPED_GRADIENT_NORM, Scope.RUN, 0)).isEqualTo(4.75);
    assertThat(value(Quantity.LEARNING_RATE_FACTOR, Scope.RUN, 0)).isEqualTo(0.25);
    Steps.gradientNorm(m, Double.POSITIVE_INFINITY);
    Steps.clippedGradientNorm(m, Double.NaN);
    recorder.record(m);
    recorder.flush();
    Segment segment = stored().get(0);
    assertThat(nonFinite(segment, Quantity.GLOBAL_GRADIENT_NORM, Scope.RUN, 0))
        .isEqualTo("+Infinity");
    assertThat(nonFinite(segment, Quantity.CLIPPED_GRADIENT_NORM, Scope.RUN, 0)).isEqualTo("NaN");
  }

  @Test
  void shouldStoreNothingOfInterventionsWhereARunIsOnlyObserved() {
    for (Map<String, String> settings :
        List.of(Map.<String, String>of(), Map.of("mode", "observing"))) {
      use(layout, settings);
      record(0, 1);
      for (Quantity quantity :
          List.of(
              Quantity.GLOBAL_GRADIENT_NORM,
              Quantity.CLIP_THRESHOLD,
              Quantity.CLIPPED_GRADIENT_NORM,
              Quantity.LEARNING_RATE_FACTOR)) {
        assertThat(value(quantity, Scope.RUN, 0)).as(quantity.name()).isNaN();
      }
    }
  }

  @Test
  void shouldInventNothing() {
    MeasurementWriter m = measurements.at(5, START);
    m.weightIteration = 4;
    m.updateIteration = 4;
    m.singularValueIteration[0] = 3;
    m.activationIteration[1] = 2;
    m.silentUnitFraction[0] = Measurement.absent();
    m.stepMillis = Measurement.absent();
    m.learningRate[0] = Measurement.absent();
    recorder.record(m);
    assertThat(value(Quantity.WEIGHT_NORM, Scope.LAYER, 0)).isNaN();
    assertThat(value(Quantity.UPDATE_NORM, Scope.RUN, 0)).isNaN();
    assertThat(value(Quantity.UPDATE_RATIO, Scope.LAYER, 1)).isNaN();
    assertThat(value(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, 0)).isNaN();
    assertThat(value(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, 2)).isEqualTo(3.625);
    assertThat(value(Quantity.ACTIVATION_RMS, Scope.LAYER, 1)).isNaN();
    assertThat(value(Quantity.ACTIVATION_RMS, Scope.LAYER, 0)).isEqualTo(0.5);
    assertThat(value(Quantity.SILENT_UNIT_FRACTION, Scope.LAYER, 0)).isNaN();
    assertThat(value(Quantity.SATURATED_FRACTION, Scope.LAYER, 0)).isEqualTo(0.5);
    assertThat(value(Quantity.SATURATED_FRACTION, Scope.LAYER, 1)).isNaN();
    assertThat(value(Quantity.STEP_MILLIS, Scope.RUN, 0)).isNaN();
    assertThat(value(Quantity.LEARNING_RATE, Scope.LAYER, 0)).isNaN();
  }

  /** Under plain SGD, updates are known at every iteration. */
  @Test
  void shouldStoreAnUpdateWithoutWeights() {
    MeasurementWriter m = measurements.at(5, START);
    m.weightIteration = 4;
    recorder.record(m);
    assertThat(value(Quantity.UPDATE_NORM, Scope.LAYER, 0)).isPositive();
    assertThat(value(Quantity.WEIGHT_NORM, Scope.LAYER, 0)).isNaN();
    assertThat(value(Quantity.UPDATE_RATIO, Scope.LAYER, 0)).isNaN();
  }

  @Test
  void shouldHaveNoRatioToWeightsOfZero() {
    MeasurementWriter m = measurements.at(0, START);
    m.weightNorm[0] = 0;
    m.weightNorm[1] = 0;
    recorder.record(m);
    assertThat(value(Quantity.UPDATE_RATIO, Scope.LAYER, 0)).isNaN();
    assertThat(value(Quantity.WEIGHT_NORM, Scope.LAYER, 0)).isZero();
  }

  @Test
  void shouldLeaveStatisticsAndFrozenLayersOutOfGradientsAndUpdates() {
    use(
        new NetworkLayout(
            "MultiLayerNetwork",
            List.of(
                new NetworkLayout.Layer("frozen", "DenseLayer", "relu", true, 0, 2),
                new NetworkLayout.Layer("norm", "BatchNormalization", "", false, 2, 2),
                new NetworkLayout.Layer("act", "ActivationLayer", "relu", false, 4, 0)),
            List.of(
                new NetworkLayout.Parameter("0_W", "W", 0, ParameterRole.WEIGHT, 9, true),
                new NetworkLayout.Parameter("0_b", "b", 0, ParameterRole.BIAS, 3, true),
                new NetworkLayout.Parameter("1_gamma", "gamma", 1, ParameterRole.OTHER, 3, false),
                new NetworkLayout.Parameter(
                    "1_mean", "mean", 1, ParameterRole.STATISTIC, 3, false))));
    record(0, 1);
    assertThat(value(Quantity.GRADIENT_NORM, Scope.LAYER, 0)).isNaN();
    assertThat(value(Quantity.WEIGHT_NORM, Scope.LAYER, 0))
        .isCloseTo(Math.sqrt(100 + 400), within(1e-4));
    assertThat(value(Quantity.UPDATE_RATIO, Scope.LAYER, 0)).isNaN();
    assertThat(value(Quantity.LEARNING_RATE, Scope.LAYER, 0)).isNaN();
    assertThat(value(Quantity.WEIGHT_NORM, Scope.LAYER, 1)).isEqualTo(30);
    assertThat(value(Quantity.WEIGHT_NORM, Scope.RUN, 0)).isEqualTo(30);
    assertThat(value(Quantity.GRADIENT_NORM, Scope.RUN, 0)).isEqualTo(3);
    assertThat(run.indexOf(Quantity.GRADIENT_NORM, Scope.LAYER, 2)).isEqualTo(-1);
    assertThat(value(Quantity.ACTIVATION_RMS, Scope.LAYER, 2)).isEqualTo(2.5);
  }

  @Test
  void shouldAddAValidationScoreToItsIteration() {
    int rows = SegmentFormat.rowsPerSegment(run.series().size());
    record(0, rows); // exactly one segment: the last row must still be there to be added to
    recorder.recordValidationScore(0.75);
    assertThat(value(Quantity.VALIDATION_SCORE, Scope.RUN, 0)).isEqualTo(0.75);
    assertThat(value(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, 0)).isPositive();
    recorder.recordValidationScore(0.5);
    assertThat(value(Quantity.VALIDATION_SCORE, Scope.RUN, 0)).isEqualTo(0.5);
    assertThat(rows(stored())).isEqualTo(rows);
    record(rows, rows + 1);
    assertThat(value(Quantity.VALIDATION_SCORE, Scope.RUN, 0)).isNaN();
  }

  @Test
  void shouldTakeAValidationScoreBeforeTheFirstIteration() {
    recorder.recordValidationScore(Double.NaN);
    record(0, 1);
    recorder.flush();
    assertThat(nonFinite(stored().get(0), Quantity.VALIDATION_SCORE, Scope.RUN, 0))
        .isEqualTo("NaN");
    assertThat(rows(stored())).isEqualTo(2);
  }
}
