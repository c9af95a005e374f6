package dev.traininghealth.measure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.NetworkBits;
import dev.traininghealth.Networks;
import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.guard.MemoryBudget.Use;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.MeasurementWriter;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The noise scale of networks, measured on a copy beside their training. */
final class GradientNoiseTest {
  private static final int INPUTS = 5;
  private static final int OUTPUTS = 2;

  /** Iterations that pass in each call of fit: a minibatch is measured once at most. */
  private static final int PASSING = 20;

  /** Calls the measurement as the meter does, as if other iterations came between. */
  private static final class Driver extends BaseTrainingListener {
    final CostAccount account;
    final MemoryBudget memory;
    @Nullable MeasurementWriter measured;
    @Nullable GradientNoise noise;
    private @Nullable Network network;

    Driver(double budget, long bytes) {
      long[] now = new long[1];
      account = new CostAccount(budget, () -> now[0] += 1000);
      memory = new MemoryBudget(bytes);
    }

    Driver() {
      this(1, 1 << 24);
    }

    @Override
    public void onBackwardPass(Model model) {
      if (network == null) {
        network = Network.of(model);
      }
      network.rememberLabels();
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      Network n = requireNonNull(network);
      int passing = PASSING;
      if (noise == null) {
        ParameterTable table = ParameterTable.of(n, ArrayBinding.ofBackend());
        int layers = table.layout().layers().size();
        measured = new MeasurementWriter(layers, table.layout().parameters().size());
        noise = new GradientNoise(account, memory, table, measured);
        passing = GradientNoise.START_ITERATIONS - 1;
      }
      for (int i = 0; i < passing; i++) {
        requireNonNull(measured).iteration++;
        account.creditStep(1_000_000);
        noise.onIterationDone(n);
      }
    }

    MeasurementWriter numbers() {
      return requireNonNull(measured);
    }

    boolean hasMeasured() {
      return numbers().noiseScale.iteration() >= 0;
    }
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(0));
  }

  private static MultiLayerNetwork linear() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(INPUTS)
                        .nOut(OUTPUTS)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static DataSet linearData(int examples, Random random) {
    float[][] features = new float[examples][INPUTS];
    float[][] labels = new float[examples][OUTPUTS];
    for (int i = 0; i < examples; i++) {
      for (int j = 0; j < INPUTS; j++) {
        features[i][j] = (float) random.nextGaussian();
      }
      for (int o = 0; o < OUTPUTS; o++) {
        labels[i][o] = (float) (features[i][o] + 2 * random.nextGaussian());
      }
    }
    return new DataSet(Nd4j.create(features), Nd4j.create(labels));
  }

  /** tr(Σ) / |G|² of the squared error, from the gradients of single examples. */
  private static double noiseScale(MultiLayerNetwork net, DataSet data) {
    double[][] weights = net.getParam("0_W").toDoubleMatrix();
    double[] bias = net.getParam("0_b").toDoubleVector();
    double[][] features = data.getFeatures().toDoubleMatrix();
    double[][] labels = data.getLabels().toDoubleMatrix();
    double[] mean = new double[OUTPUTS * (INPUTS + 1)];
    double squares = 0;
    for (int i = 0; i < features.length; i++) {
      for (int o = 0; o < OUTPUTS; o++) {
        double error = bias[o] - labels[i][o];
        for (int j = 0; j < INPUTS; j++) {
          error += features[i][j] * weights[j][o];
        }
        for (int j = 0; j <= INPUTS; j++) {
          double gradient = 2 * error / OUTPUTS * (j < INPUTS ? features[i][j] : 1);
          mean[o * (INPUTS + 1) + j] += gradient / features.length;
          squares += gradient * gradient / features.length;
        }
      }
    }
    double signal = 0;
    for (double g : mean) {
      signal += g * g;
    }
    return (squares - signal) / signal;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldAgreeWithTheGradientsOfSingleExamples(boolean isGraph) {
    MultiLayerNetwork net = linear();
    double expected = noiseScale(net, linearData(20_000, new Random(1)));
    Driver driver = new Driver();
    Random random = new Random(2);
    if (isGraph) {
      var graph = net.toComputationGraph();
      graph.setListeners(driver);
      for (int i = 0; i < 60; i++) {
        graph.fit(linearData(100, random));
      }
    } else {
      net.setListeners(driver);
      for (int i = 0; i < 60; i++) {
        net.fit(linearData(100, random));
      }
    }
    var scale = driver.numbers().noiseScale;
    assertThat(scale.low()).isBetween(expected / 3, expected);
    assertThat(scale.high()).isBetween(expected, 3 * expected);
    assertThat(scale.iteration()).isGreaterThan(scale.parametersIteration());
    assertThat(scale.parametersIteration()).isGreaterThanOrEqualTo(998);
  }

  private static MultiLayerNetwork withDropout() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .updater(new Adam(1e-3))
                .list()
                .layer(new DenseLayer.Builder().nIn(INPUTS).nOut(6).dropOut(0.5).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(6)
                        .nOut(OUTPUTS)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static List<Long> trained(TrainingListener... listeners) {
    MultiLayerNetwork net = withDropout();
    net.setListeners(listeners);
    Nd4j.getRandom().setSeed(17);
    Random random = new Random(5);
    for (int i = 0; i < 25; i++) {
      net.fit(linearData(8, random));
    }
    return NetworkBits.of(net);
  }

  @Test
  void shouldLeaveEveryBitAsItWasWithDropout() {
    Driver driver = new Driver();
    assertThat(trained(driver)).isEqualTo(trained());
    assertThat(driver.hasMeasured()).isTrue();
    assertThat(driver.memory.taken(Use.GRADIENT_NOISE)).isPositive();
    requireNonNull(driver.noise).release();
    assertThat(driver.memory.taken(Use.GRADIENT_NOISE)).isZero();
  }

  @Test
  void shouldNotMeasureWithoutBudgetOrMemory() {
    Driver poor = new Driver(1e-9, 1 << 24);
    trained(poor);
    assertThat(poor.memory.taken(Use.GRADIENT_NOISE)).isZero();
    Driver small = new Driver(1, 100);
    trained(small);
    assertThat(small.hasMeasured()).isFalse();
  }

  @Test
  void shouldNotMeasureMinibatchesOfOneExampleOrWithMasks() {
    for (boolean isMasked : new boolean[] {false, true}) {
      Driver driver = new Driver();
      MultiLayerNetwork net = linear();
      net.setListeners(driver);
      for (int i = 0; i < 15; i++) {
        DataSet data = linearData(isMasked ? 8 : 1, new Random(i));
        if (isMasked) {
          data.setLabelsMaskArray(Nd4j.ones(8, 1));
        }
        net.fit(data);
      }
      assertThat(driver.hasMeasured()).isFalse();
      assertThat(driver.memory.taken(Use.GRADIENT_NOISE)).isZero();
    }
  }

  /** Batch normalization, and truncated backpropagation. */
  @ParameterizedTest
  @EnumSource(
      value = Networks.class,
      names = {"LENET", "LSTM_TRUNCATED"})
  void shouldNotMeasureWhatHalvesChange(Networks network) {
    Driver driver = new Driver();
    MultiLayerNetwork net = network.create(new Sgd(0), DataType.FLOAT);
    net.setListeners(driver);
    for (int i = 0; i < 4; i++) {
      network.data(DataType.FLOAT).forEach(net::fit);
    }
    assertThat(driver.hasMeasured()).isFalse();
    assertThat(driver.memory.taken(Use.GRADIENT_NOISE)).isZero();
  }

  private static MultiLayerNetwork convolution() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(2).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.convolutional(4, 4, 1))
                .build());
    net.init();
    return net;
  }

  private static MultiLayerNetwork series() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new LSTM.Builder().nOut(3).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(2))
                .build());
    net.init();
    return net;
  }

  @Test
  void shouldMeasureImagesAndSeries() {
    for (boolean isSeries : new boolean[] {false, true}) {
      Driver driver = new Driver();
      MultiLayerNetwork net = isSeries ? series() : convolution();
      net.setListeners(driver);
      for (int i = 0; i < 25; i++) {
        net.fit(
            isSeries
                ? new DataSet(Nd4j.rand(7, 2, 4), Nd4j.rand(7, 1, 4))
                : new DataSet(Nd4j.rand(7, 1, 4, 4), Nd4j.rand(7, 1)));
      }
      assertThat(driver.numbers().noiseScale.high()).isPositive();
    }
  }
}
