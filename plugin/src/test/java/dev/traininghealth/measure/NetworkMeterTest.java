package dev.traininghealth.measure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.Networks;
import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.Kernel;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.measure.conditions.IterationTimes;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.ParameterRole;
import dev.traininghealth.numbers.StepRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** What is measured on real networks, against plain loops over DL4J's own arrays. */
class NetworkMeterTest {

  static Stream<Arguments> networks() {
    List<Arguments> cases = new ArrayList<>();
    for (Networks network : Networks.values()) {
      for (Kernel kernel : Kernel.values()) {
        cases.add(Arguments.of(network, DataType.FLOAT, kernel));
        cases.add(Arguments.of(network, DataType.DOUBLE, kernel));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void shouldMeasureWhatPlainLoopsFind(Networks network, DataType type, Kernel kernel) {
    MultiLayerNetwork net = network.create(new Adam(0.01), type);
    Observer observer = new Observer(kernel.binding());
    PlainLoops plain = new PlainLoops();
    net.setListeners(plain, observer);
    for (DataSet batch : network.data(type)) {
      net.fit(batch);
      MeasurementWriter m = observer.measurement();
      NetworkLayout layout = observer.layout();
      assertThat(m.score).isEqualTo(net.score());
      assertThat(m.weightIteration).isEqualTo(m.iteration);
      for (int p = 0; p < layout.parameters().size(); p++) {
        NetworkLayout.Parameter parameter = layout.parameters().get(p);
        String key = parameter.key();
        assertClose(m.weightNorm[p], value(plain.weightNorm, key), key);
        assertClose(m.weightMeanMagnitude[p], value(plain.weightMagnitude, key), key);
        if (parameter.isTrained()) {
          assertClose(m.gradientNorm[p], value(plain.gradientNorm, key) / m.batchSize, key);
          assertClose(m.updateNorm[p], value(plain.updateNorm, key), key);
          assertClose(m.updateMeanMagnitude[p], value(plain.updateMagnitude, key), key);
          assertThat(m.learningRate[p]).isEqualTo(0.01);
        } else {
          assertThat(Measurement.isAbsent(m.gradientNorm[p])).isTrue();
          assertThat(Measurement.isAbsent(m.updateNorm[p])).isTrue();
        }
      }
    }
    MeasurementWriter m = observer.measurement();
    NetworkLayout layout = observer.layout();
    for (int layer = 0; layer < layout.layers().size() - 1; layer++) {
      assertThat(m.activationIteration[layer]).isNotNegative();
      double[] expected = value(plain.activationRms, (int) m.activationIteration[layer]);
      assertClose(m.activationRms[layer], expected[layer], "layer " + layer);
    }
    for (int p = 0; p < layout.parameters().size(); p++) {
      assertThat(m.weightHistogram[p].isMeasured()).isTrue();
      ParameterRole role = layout.parameters().get(p).role();
      boolean matrix = role == ParameterRole.WEIGHT || role == ParameterRole.RECURRENT_WEIGHT;
      assertThat(Measurement.isAbsent(m.largestSingularValue[p])).isEqualTo(!matrix);
      if (matrix) {
        assertThat(m.largestSingularValue[p]).isBetween(0.0, m.weightNorm[p] * 1.5);
      }
    }
  }

  /** A chain of n one-unit identity layers has activations and gradients in closed form. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0, FLOAT", "1, 0, FLOAT", "1.5, 0, FLOAT",
    "0.5, 0.1, FLOAT", "1, 0.1, FLOAT", "1.5, 0.1, FLOAT",
    "0.5, 0, DOUBLE", "1.5, 0.1, DOUBLE"
  })
  void shouldEqualTheClosedFormOfALinearChain(double w, double bias, DataType type) {
    int n = 20;
    for (int batch : new int[] {1, 16}) {
      NeuralNetConfiguration.ListBuilder chain =
          new NeuralNetConfiguration.Builder()
              .dataType(type)
              .updater(new Sgd(1e-12))
              .activation(Activation.IDENTITY)
              .list();
      for (int k = 1; k < n; k++) {
        chain.layer(new DenseLayer.Builder().nIn(1).nOut(1).build());
      }
      chain.layer(
          new OutputLayer.Builder(LossFunction.MEAN_ABSOLUTE_ERROR)
              .nIn(1)
              .nOut(1)
              .activation(Activation.IDENTITY)
              .build());
      MultiLayerNetwork net = new MultiLayerNetwork(chain.build());
      net.init();
      net.paramTable().forEach((key, value) -> value.assign(key.endsWith("W") ? w : bias));
      Observer observer = new Observer(ArrayBinding.ofBackend());
      net.setListeners(observer);
      // A label far above every output: the loss falls by one for each unit of output.
      DataSet data =
          new DataSet(
              Nd4j.ones(type, batch, 1), Nd4j.valueArrayOf(new long[] {batch, 1}, 1e6, type));
      net.fit(data);
      net.fit(data); // activations are first measured in the second iteration

      MeasurementWriter m = observer.measurement();
      for (int k = 1; k <= n; k++) {
        double gradient = Math.abs(activation(k - 1, w, bias)) * Math.pow(w, n - k);
        assertThat(m.gradientNorm[2 * (k - 1)])
            .as("layer %d, batch %d", k, batch)
            .isCloseTo(gradient, withPercentage(1e-3));
        assertThat(m.gradientNorm[2 * (k - 1) + 1])
            .isCloseTo(Math.pow(w, n - k), withPercentage(1e-3));
        if (k < n) {
          assertThat(m.activationRms[k - 1])
              .isCloseTo(Math.abs(activation(k, w, bias)), withPercentage(1e-3));
        }
        assertThat(m.largestSingularValue[2 * (k - 1)]).isCloseTo(w, within(1e-6));
      }
    }
  }

  private static double activation(int k, double w, double bias) {
    return w == 1 ? 1 + k * bias : Math.pow(w, k) + bias * (1 - Math.pow(w, k)) / (1 - w);
  }

  @Test
  void shouldTakeNoStatisticForAGradient() {
    Observer observer =
        trained(Networks.LENET.create(new Sgd(0.1), DataType.FLOAT), Networks.LENET);
    NetworkLayout layout = observer.layout();
    assertThat(layout.layers())
        .extracting(NetworkLayout.Layer::type)
        .containsExactly(
            "ConvolutionLayer",
            "BatchNormalization",
            "SubsamplingLayer",
            "DenseLayer",
            "OutputLayer");
    assertThat(layout.layers().get(2).parameterCount()).isZero();
    assertThat(layout.parameters())
        .filteredOn(p -> p.layer() == 1)
        .extracting(NetworkLayout.Parameter::role)
        .containsExactly(
            ParameterRole.OTHER,
            ParameterRole.OTHER,
            ParameterRole.STATISTIC,
            ParameterRole.STATISTIC);
  }

  @Test
  void shouldTellRecurrentWeightsFromInputWeights() {
    Observer observer =
        trained(
            Networks.LSTM_TRUNCATED.create(new Sgd(0.1), DataType.FLOAT), Networks.LSTM_TRUNCATED);
    assertThat(observer.layout().parameters())
        .extracting(p -> p.key() + " " + p.role())
        .containsExactly(
            "0_W WEIGHT", "0_RW RECURRENT_WEIGHT", "0_b BIAS", "1_W WEIGHT", "1_b BIAS");
  }

  @Test
  void shouldShowFrozenLayersAsFrozen() {
    MultiLayerNetwork net =
        new TransferLearning.Builder(Networks.MLP.create(new Sgd(0.1), DataType.FLOAT))
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new Sgd(0.1)).build())
            .setFeatureExtractor(0)
            .build();
    Observer observer = trained(net, Networks.MLP);
    NetworkLayout.Layer frozen = observer.layout().layers().get(0);
    assertThat(frozen.frozen()).isTrue();
    assertThat(frozen.name()).isEqualTo("first");
    assertThat(frozen.type()).isEqualTo("DenseLayer");
    assertThat(observer.layout().layers().get(1).frozen()).isFalse();
    MeasurementWriter m = observer.measurement();
    assertThat(Measurement.isAbsent(m.gradientNorm[0])).isTrue();
    assertThat(m.weightNorm[0]).isPositive();
    assertThat(m.gradientNorm[2]).isPositive();
  }

  @Test
  void shouldFollowScheduleAndBiasUpdater() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(new StepSchedule(ScheduleType.ITERATION, 0.1, 0.5, 2)))
                .biasUpdater(new Sgd(0.3))
                .list()
                .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(6).nOut(3).build())
                .build());
    net.init();
    Observer observer = new Observer(ArrayBinding.ofBackend());
    net.setListeners(observer);
    List<Double> rates = new ArrayList<>();
    for (DataSet batch : Networks.MLP.data(DataType.FLOAT)) {
      net.fit(batch);
      rates.add(observer.measurement().learningRate[0]);
      assertThat(observer.measurement().learningRate[1]).isEqualTo(0.3);
    }
    assertThat(rates).containsExactly(0.1, 0.1, 0.05, 0.05);
  }

  @Test
  void shouldShowInfinityInOneWeight() {
    MultiLayerNetwork net = Networks.MLP.create(new Sgd(0.1), DataType.FLOAT);
    Observer observer = trained(net, Networks.MLP);
    net.getParam("0_W").putScalar(3, Float.POSITIVE_INFINITY);
    net.fit(Networks.MLP.data(DataType.FLOAT).get(0));
    assertThat(Double.isFinite(observer.measurement().weightNorm[0])).isFalse();
    assertThat(Double.isFinite(observer.measurement().weightNorm[1])).isTrue();
  }

  @Test
  void shouldBindAnewToNewArraysOfTheSameNetwork() {
    Observer observer = trained(Networks.MLP.create(new Sgd(0.1), DataType.FLOAT), Networks.MLP);
    double before = observer.measurement().weightNorm[0];
    MultiLayerNetwork again = Networks.MLP.create(new Sgd(0.1), DataType.FLOAT);
    again.params().muli(3);
    again.setListeners(observer);
    again.fit(Networks.MLP.data(DataType.FLOAT).get(0));
    assertThat(observer.measurement().weightNorm[0]).isGreaterThan(2 * before);
  }

  @Test
  void shouldRefuseASecondNetworkOfAnotherShape() {
    Observer observer = trained(Networks.MLP.create(new Sgd(0.1), DataType.FLOAT), Networks.MLP);
    assertThatThrownBy(
            () ->
                observer.onGradientCalculation(
                    trainedOnce(
                        Networks.LENET.create(new Sgd(0.1), DataType.FLOAT), Networks.LENET)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one TrainingHealthListener for each network");
  }

  private static Observer trained(MultiLayerNetwork net, Networks network) {
    Observer observer = new Observer(ArrayBinding.ofBackend());
    net.setListeners(observer);
    trainedOnce(net, network);
    return observer;
  }

  private static MultiLayerNetwork trainedOnce(MultiLayerNetwork net, Networks network) {
    net.fit(network.data(DataType.FLOAT).get(0));
    return net;
  }

  private static <K, V> V value(Map<K, V> values, K key) {
    return requireNonNull(values.get(key));
  }

  private static void assertClose(double measured, double expected, String what) {
    assertThat(measured).as(what).isCloseTo(expected, withPercentage(1e-3));
  }

  /** Drives a meter from DL4J's callbacks; on a clock that stands still nothing costs anything. */
  private static final class Observer extends BaseTrainingListener {
    private final CostAccount account = new CostAccount(1, () -> 0);
    private final IterationTimes times = new IterationTimes(account);
    private final NetworkMeter meter;

    Observer(ArrayBinding binding) {
      meter = new NetworkMeter(account, new MemoryBudget(0), binding, false);
    }

    MeasurementWriter measurement() {
      return requireNonNull(meter.writer());
    }

    NetworkLayout layout() {
      return requireNonNull(meter.layout());
    }

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      meter.onForwardPass(activations);
    }

    @Override
    public void onGradientCalculation(Model model) {
      meter.onGradient(model);
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      account.creditStep(1_000_000);
      meter.onUpdate(model, iteration, epoch, 0, times, new StepRecord());
    }
  }

  /** The slow oracle: shares no code with the meter. */
  private static final class PlainLoops extends BaseTrainingListener {
    final Map<String, Double> gradientNorm = new LinkedHashMap<>();
    final Map<String, Double> updateNorm = new LinkedHashMap<>();
    final Map<String, Double> updateMagnitude = new LinkedHashMap<>();
    final Map<String, Double> weightNorm = new LinkedHashMap<>();
    final Map<String, Double> weightMagnitude = new LinkedHashMap<>();
    final Map<Integer, double[]> activationRms = new LinkedHashMap<>();
    private double[] latestActivationRms = {};

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      latestActivationRms =
          activations.stream()
              .skip(1)
              .mapToDouble(array -> norm(array) / Math.sqrt((double) array.length()))
              .toArray();
    }

    @Override
    public void onGradientCalculation(Model model) {
      model.gradient().gradientForVariable().forEach((k, v) -> gradientNorm.put(k, norm(v)));
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      activationRms.put(iteration, latestActivationRms);
      model.gradient().gradientForVariable().forEach((k, v) -> updateNorm.put(k, norm(v)));
      model.gradient().gradientForVariable().forEach((k, v) -> updateMagnitude.put(k, mean(v)));
      model.paramTable().forEach((k, v) -> weightNorm.put(k, norm(v)));
      model.paramTable().forEach((k, v) -> weightMagnitude.put(k, mean(v)));
    }

    private static double norm(INDArray array) {
      double squares = 0;
      for (long i = 0; i < array.length(); i++) {
        squares += array.getDouble(i) * array.getDouble(i);
      }
      return Math.sqrt(squares);
    }

    private static double mean(INDArray array) {
      double sum = 0;
      for (long i = 0; i < array.length(); i++) {
        sum += Math.abs(array.getDouble(i));
      }
      return sum / (double) array.length();
    }
  }
}
