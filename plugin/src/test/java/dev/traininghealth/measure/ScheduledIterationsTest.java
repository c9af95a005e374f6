package dev.traininghealth.measure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.Networks;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.numbers.Histogram;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Each scheduled value belongs to the iteration that it names, by plain ND4J operations. */
class ScheduledIterationsTest {
  private final Oracle oracle = new Oracle();
  private final MeterListener observer = new MeterListener(new CostAccount(1, () -> 0));

  /** What every array was at every iteration. */
  private static final class Oracle extends BaseTrainingListener {
    final Map<String, Double> gradientDeviation = new HashMap<>();
    final Map<String, Double> updateDeviation = new HashMap<>();
    final Map<String, Double> largestUpdate = new HashMap<>();
    final Map<String, Double> largestWeight = new HashMap<>();
    private int iteration;

    static String at(String key, long iteration) {
      return key + " at " + iteration;
    }

    @Override
    public void onGradientCalculation(Model model) {
      model
          .gradient()
          .gradientForVariable()
          .forEach(
              (key, array) ->
                  gradientDeviation.put(at(key, iteration), deviation(array) / model.batchSize()));
    }

    @Override
    public void iterationDone(Model model, int done, int epoch) {
      model
          .gradient()
          .gradientForVariable()
          .forEach(
              (key, array) -> {
                updateDeviation.put(at(key, done), deviation(array));
                largestUpdate.put(at(key, done), array.maxNumber().doubleValue());
              });
      model
          .paramTable()
          .forEach(
              (key, array) -> largestWeight.put(at(key, done), array.maxNumber().doubleValue()));
      iteration = done + 1;
    }

    private static double deviation(INDArray array) {
      return array.stdNumber().doubleValue();
    }
  }

  @Test
  void shouldNameTheIterationOfEachDeviationAndHistogram() {
    MultiLayerNetwork net = Networks.MLP.create(new Adam(0.01), DataType.DOUBLE);
    net.setListeners(oracle, observer);
    for (int i = 0; i < 8; i++) {
      for (DataSet batch : Networks.MLP.data(DataType.DOUBLE)) {
        net.fit(batch);
        assertNamed(observer.measurement());
      }
    }
    MeasurementWriter m = observer.measurement();
    assertThat(m.gradientDeviationIteration[0]).as("measured again").isGreaterThan(1);
    assertThat(m.iteration).as("in between").isGreaterThan(m.gradientDeviationIteration[0]);
  }

  private void assertNamed(MeasurementWriter writer) {
    Measurement m = writer.measurement();
    NetworkLayout layout = requireNonNull(observer.meter.layout());
    for (int p = 0; p < m.parameters(); p++) {
      String key = layout.parameters().get(p).key();
      assertValue(
          m.gradientStandardDeviation(p),
          oracle.gradientDeviation,
          Oracle.at(key, m.gradientDeviationIteration(p)));
      assertValue(
          m.updateStandardDeviation(p),
          oracle.updateDeviation,
          Oracle.at(key, m.updateDeviationIteration(p)));
      assertValue(
          max(m.weightHistogram(p)),
          oracle.largestWeight,
          Oracle.at(key, m.weightHistogramIteration(p)));
      assertValue(
          max(m.updateHistogram(p)),
          oracle.largestUpdate,
          Oracle.at(key, m.updateHistogramIteration(p)));
    }
  }

  private static double max(Histogram histogram) {
    return histogram.isMeasured() ? histogram.max() : Measurement.absent();
  }

  private static void assertValue(double measured, Map<String, Double> expected, String when) {
    if (when.endsWith(" at -1")) {
      assertThat(Measurement.isAbsent(measured)).as(when).isTrue();
    } else {
      assertThat(measured)
          .as(when)
          .isCloseTo(requireNonNull(expected.get(when)), withPercentage(0.01));
    }
  }
}
