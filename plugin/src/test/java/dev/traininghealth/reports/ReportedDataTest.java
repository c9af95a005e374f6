package dev.traininghealth.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What is said of data that do not fit, in runs as their users reported them. */
class ReportedDataTest {
  private static final int ROWS = 99;

  /** A series of one step, with labels of 2650 to 4750 times a factor, in minibatches of 33. */
  private static ReportedTraining lstm(double high, double labels) {
    INDArray x = ReportedData.uniform(new Random(1), 0, 1, ROWS, 2);
    INDArray y = x.getColumn(0).mul(1200).add(x.getColumn(1).mul(900)).add(2650).mul(labels);
    if (labels < 1) {
      y.subi(y.mean());
    }
    List<DataSet> minibatches =
        new DataSet(x.mul(high).reshape(ROWS, 2, 1), y.reshape(ROWS, 1, 1)).batchBy(33);
    MultiLayerNetwork network =
        ReportedData.initialized(
            ReportedData.settings(1, new Adam(1e-2))
                .weightInit(WeightInit.XAVIER)
                .list()
                .layer(new LSTM.Builder().nOut(8).activation(Activation.TANH).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(2)));
    return ReportedTraining.observed(network).fit(250, i -> minibatches.get(i % 3));
  }

  @Test
  void shouldNameLabelsThatAreNotScaled() {
    try (ReportedTraining run = lstm(1, 1)) {
      List<Diagnosis> found = run.diagnoses(Problem.UNNORMALIZED_LABELS);
      assertThat(found).extracting(Diagnosis::severity).endsWith(Severity.WARNING);
      assertThat(found.get(found.size() - 1).sentence()).contains("The output has mean");
      assertThat(found.get(0).remedies().get(0).code()).contains("fitLabel(true)");
      assertThat(run.diagnoses(Problem.CONSTANT_OUTPUT)).as("outputs").isNotEmpty();
    }
  }

  @Test
  void shouldSayNothingOfTheSameDataScaled() {
    try (ReportedTraining run = lstm(1, 1e-3)) {
      assertThat(run.diagnoses()).isEmpty();
    }
  }

  @Test
  void shouldNotScaleTwoColumnsAsAnImage() {
    try (ReportedTraining run = lstm(216, 1e-3)) {
      assertThat(run.diagnoses(Problem.UNNORMALIZED_FEATURES))
          .isNotEmpty()
          .allMatch(d -> d.remedies().get(0).code().contains("NormalizerStandardize"));
    }
  }

  /** A price whose changes are 1 % of it, and dropout that was meant to drop a fifth. */
  @Test
  void shouldNameASpreadThatIsSmallAndDropoutThatRetainsLittle() {
    Random random = new Random(1);
    int steps = 40;
    INDArray x = Nd4j.create(1, 1, steps);
    INDArray y = Nd4j.create(1, 1, steps);
    double price = 1.72;
    for (int t = 0; t < steps; t++) {
      x.putScalar(0, 0, t, price);
      price = 1.72 + 0.9 * (price - 1.72) + 0.009 * random.nextGaussian();
      y.putScalar(0, 0, t, price);
    }
    DataSet series = new DataSet(x, y);
    MultiLayerNetwork network =
        ReportedData.initialized(
            ReportedData.settings(1, new RmsProp(0.1))
                .miniBatch(false)
                .list()
                .layer(new LSTM.Builder().nOut(8).activation(Activation.TANH).dropOut(0.2).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(1)));
    try (ReportedTraining run = ReportedTraining.observed(network).fit(40, i -> series)) {
      assertThat(run.diagnoses())
          .extracting(Diagnosis::problem)
          .contains(
              Problem.UNNORMALIZED_FEATURES,
              Problem.UNNORMALIZED_LABELS,
              Problem.UNSUITABLE_NETWORK);
      assertThat(run.diagnoses(Problem.UNSUITABLE_NETWORK).get(0).remedies().get(0).code())
          .isEqualTo(".dropOut(0.8)");
    }
  }

  /** The first input holds indices, the first layer reads the second. */
  @Test
  void shouldNotNormalizeIndicesOfAGraph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(2e-3))
                .graphBuilder()
                .addInputs("tokens", "numbers")
                .addLayer("dense", new DenseLayer.Builder().nIn(1).nOut(4).build(), "numbers")
                .addLayer(
                    "embedding", new EmbeddingLayer.Builder().nIn(800).nOut(8).build(), "tokens")
                .addVertex("merged", new MergeVertex(), "dense", "embedding")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(12)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "merged")
                .setOutputs("out")
                .build());
    graph.init();
    Random random = new Random(1);
    try (ReportedTraining run = ReportedTraining.observed(graph)) {
      for (int i = 0; i < 60; i++) {
        int[] classes = ReportedData.classes(random, 16, 3);
        INDArray tokens = Nd4j.create(16, 1);
        for (int row = 0; row < 16; row++) {
          tokens.putScalar(row, 0, classes[row] * 250 + random.nextInt(250));
        }
        graph.fit(
            new INDArray[] {tokens, ReportedData.gaussian(random, 16, 1)},
            new INDArray[] {ReportedData.oneHot(classes, 3)});
      }
      assertThat(run.diagnoses()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"52, 1", "1, 0"})
  void shouldNameARowFarOutsideTheScaleOfTheOthers(double factor, int expected) {
    ReportedData.Gaussians data = new ReportedData.Gaussians(1, 64, 0.6);
    MultiLayerNetwork network =
        ReportedData.classifier(ReportedData.settings(1, new Adam(1e-3)), 64, 10, 32);
    try (ReportedTraining run =
        ReportedTraining.observed(network)
            .fit(
                160,
                i -> {
                  DataSet minibatch = data.minibatch(32, 0.8);
                  if (i % 25 == 24) {
                    minibatch.getFeatures().getRow(5).muli(factor);
                  }
                  return minibatch;
                })) {
      assertThat(run.diagnoses(Problem.OUTLYING_FEATURES)).hasSize(expected);
      assertThat(run.diagnoses(Problem.OUTLYING_FEATURES))
          .allMatch(d -> d.sentence().startsWith("Row 5 ") && d.iteration() % 25 == 24);
    }
  }

  /** A classifier of two classes, observed. */
  private static ReportedTraining ofTwoClasses(int iterations, IntFunction<DataSet> minibatches) {
    MultiLayerNetwork network =
        ReportedData.classifier(ReportedData.settings(1, new Adam(1e-3)), 10, 2, 16);
    return ReportedTraining.observed(network).fit(iterations, minibatches);
  }

  @ParameterizedTest
  @CsvSource({"0.88, 1", "0.5, 0"})
  void shouldNameAClassThatIsFarMoreFrequent(double share, int expected) {
    Random random = new Random(1);
    try (ReportedTraining run =
        ofTwoClasses(
            130,
            i -> {
              int[] classes = new int[32];
              Arrays.setAll(classes, row -> random.nextDouble() < share ? 0 : 1);
              return new DataSet(
                  ReportedData.gaussian(random, 32, 10), ReportedData.oneHot(classes, 2));
            })) {
      assertThat(run.diagnoses(Problem.IMBALANCED_LABELS)).hasSize(expected);
    }
  }

  /** A column of 0 and 1, once for each of two softmax units, or as classes. */
  @ParameterizedTest
  @CsvSource({"true, 1", "false, 0"})
  void shouldNameLabelsThatAskTwoClassesAtOnce(boolean isRepeated, int expected) {
    Random random = new Random(1);
    try (ReportedTraining run =
        ofTwoClasses(
            40,
            i -> {
              INDArray labels = ReportedData.oneHot(ReportedData.classes(random, 32, 2), 2);
              if (isRepeated) {
                labels.putColumn(0, labels.getColumn(1).dup());
              }
              return new DataSet(ReportedData.gaussian(random, 32, 10), labels);
            })) {
      List<Diagnosis> found = run.diagnoses(Problem.UNSUITABLE_LABELS);
      assertThat(found).hasSize(expected);
      assertThat(found)
          .allMatch(d -> d.iteration() == 0 && d.severity() == Severity.WARNING)
          .allMatch(d -> d.remedies().get(0).code().contains("nOut(1).activation"));
    }
  }

  /** 125 minibatches in an epoch, in the order of the classes or shuffled. */
  @ParameterizedTest
  @CsvSource({"true, 1", "false, 0"})
  void shouldNameExamplesInTheOrderOfTheirClasses(boolean isSorted, int expected) {
    ReportedData.Gaussians data = new ReportedData.Gaussians(1, 16, 1);
    MultiLayerNetwork network =
        ReportedData.classifier(ReportedData.settings(1, new Adam(1e-3)), 16, 10, 16);
    try (ReportedTraining run =
        ReportedTraining.observed(network)
            .fit(
                400,
                i -> {
                  int[] classes = new int[16];
                  Arrays.fill(classes, i % 125 * 10 / 125);
                  return isSorted ? data.minibatch(classes, 1) : data.minibatch(16, 1);
                })) {
      assertThat(
              run.diagnoses(Problem.UNSHUFFLED_EXAMPLES).stream()
                  .mapToLong(Diagnosis::layer)
                  .distinct())
          .hasSize(expected);
      assertThat(run.diagnoses(Problem.OSCILLATING_SCORE))
          .as("compared with a constant prediction of one class")
          .noneMatch(d -> d.sentence().contains("(0)"));
    }
  }

  @ParameterizedTest
  @CsvSource({"true, WARNING", "false, ''"})
  void shouldNameLabelsThatAreLearnedByHeart(boolean isRandom, String expected) {
    ReportedData.Gaussians data = new ReportedData.Gaussians(1, 20, 1);
    Random random = new Random(1);
    DataSet training = data.minibatch(128, 0.5);
    DataSet validation = data.minibatch(128, 0.5);
    if (isRandom) {
      training.setLabels(ReportedData.oneHot(ReportedData.classes(random, 128, 10), 10));
    }
    MultiLayerNetwork network =
        ReportedData.classifier(ReportedData.settings(1, new Adam(3e-3)), 20, 10, 64);
    try (ReportedTraining run =
        ReportedTraining.of(
            network,
            false,
            builder ->
                builder.validationData(new ListDataSetIterator<>(validation.asList(), 128)))) {
      network.fit(new ListDataSetIterator<>(training.asList(), 32), 50);
      List<Diagnosis> found = run.diagnoses(Problem.OVERFITTING);
      assertThat(found.stream().map(d -> d.severity().name()).reduce("", (a, b) -> b))
          .isEqualTo(expected);
      assertThat(found).allMatch(d -> d.remedies().get(0).code().contains("EarlyStopping"));
    }
  }
}
