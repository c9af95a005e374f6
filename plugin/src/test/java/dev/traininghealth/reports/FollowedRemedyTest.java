package dev.traininghealth.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The first remedy of the first alarm in reported set-ups, carried out: it is the right one, it
 * comes in time, and the run ends better than before, with each of three seeds.
 */
class FollowedRemedyTest {
  /** How much of the error may be left: half, which no other seed of the same run gains. */
  private static final double MAX_LEFT = 0.5;

  /** Network, data, and what is wrong with the result. */
  private record Scene(
      MultiLayerNetwork network, List<DataSet> minibatches, ToDoubleFunction<Scene> error) {
    static Scene of(MultiLayerNetwork network, DataSet data, int size) {
      return new Scene(
          network,
          size == data.numExamples() ? List.of(data) : data.batchBy(size),
          scene -> scene.squaredError(data));
    }

    /** Mean squared error, relative to the variance of the labels. */
    private double squaredError(DataSet data) {
      INDArray labels = data.getLabels();
      INDArray wrong = network.output(data.getFeatures()).sub(labels);
      double error =
          wrong.norm2Number().doubleValue() * wrong.norm2Number().doubleValue() / wrong.length();
      return error / labels.var(false, 0).meanNumber().doubleValue();
    }

    /** Share of wrong classes. */
    private double wrongShare(DataSet data, boolean areNumbers) {
      INDArray output = network.output(data.getFeatures());
      int wrong = 0;
      for (int row = 0; row < data.numExamples(); row++) {
        INDArray label = data.getLabels().getRow(row);
        int expected = areNumbers ? label.getInt(0) : label.argMax().getInt(0);
        INDArray answer = output.getRow(row);
        boolean isNaN = answer.isNaN().any();
        wrong += isNaN || answer.argMax().getInt(0) != expected ? 1 : 0;
      }
      return wrong / (double) data.numExamples();
    }

    static Scene ofClasses(MultiLayerNetwork network, DataSet data, int size) {
      boolean areNumbers = data.getLabels().columns() == 1;
      return new Scene(network, data.batchBy(size), scene -> scene.wrongShare(data, areNumbers));
    }

    double trained(int iterations) {
      for (int i = 0; i < iterations; i++) {
        network.fit(minibatches.get(i % minibatches.size()));
      }
      return result();
    }

    /** The error, as large as can be if the network gives NaN. */
    double result() {
      double result = error.applyAsDouble(this);
      return Double.isNaN(result) ? Double.MAX_VALUE : result;
    }
  }

  /**
   * Checks one report.
   *
   * @param problem of an alarm
   * @param until iteration at which it must have come
   * @param code what the code of the first alarm's first remedy contains
   */
  private static void check(
      Scene sick, int iterations, Problem problem, long until, String code, Scene mended) {
    double before;
    try (ReportedTraining run = ReportedTraining.observed(sick.network())) {
      run.fit(iterations, i -> sick.minibatches().get(i % sick.minibatches().size()));
      before = sick.result();
      assertThat(run.alarms()).as(run.report()).isNotEmpty();
      assertThat(run.alarms())
          .as(run.report())
          .anyMatch(d -> d.problem().equals(problem) && d.iteration() <= until);
      assertThat(run.alarms().get(0).remedies().get(0).code()).as(run.report()).contains(code);
    }

    assertThat(mended.trained(iterations)).as("after the remedy").isLessThan(MAX_LEFT * before);
  }

  private static DataSet normalized(DataSet data, boolean labels) {
    DataSet copy = data.copy();
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fitLabel(labels);
    normalizer.fit(copy);
    normalizer.transform(copy);
    return copy;
  }

  private static NeuralNetConfiguration.Builder squashing(int seed, IUpdater updater) {
    return ReportedData.settings(seed, updater)
        .activation(Activation.SIGMOID)
        .weightInit(WeightInit.XAVIER);
  }

  /** Labels around 500,000, which Adam reaches by steps of its rate. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldNormalizeLabelsOfHalfAMillion(int seed) {
    DataSet data = ReportedData.linear(new Random(seed), 320, 10, 5e5, 5e4);

    check(
        ofAdam(seed, data),
        300,
        Problem.UNNORMALIZED_LABELS,
        250,
        "fitLabel(true)",
        ofAdam(seed, normalized(data, true)));
  }

  private static Scene ofAdam(int seed, DataSet data) {
    return Scene.of(
        ReportedData.regression(ReportedData.settings(seed, new Adam(1e-3)), 10, 64), data, 32);
  }

  /** Columns of up to 5,000, as of cars, which no rate of plain SGD learns. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldNormalizeRawColumns(int seed) {
    DataSet data = ReportedData.linear(new Random(seed), 320, 6, 0, 1);
    DataSet raw = data.copy();
    raw.getFeatures().muliRowVector(Nd4j.createFromArray(5000f, 8, 200, 12, 3000, 100));
    raw.getFeatures().addiRowVector(Nd4j.createFromArray(5000f, 8, 200, 12, 3000, 100));

    check(
        ofSgd(seed, raw),
        200,
        Problem.LARGE_UPDATES,
        5,
        "NormalizerStandardize",
        ofSgd(seed, normalized(raw, false)));
  }

  private static Scene ofSgd(int seed, DataSet data) {
    return Scene.of(
        ReportedData.regression(ReportedData.settings(seed, new Sgd(0.01)), 6, 32), data, 32);
  }

  /** Features of 0 to 100 saturate a sigmoid. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldNormalizeFeaturesOfAHundred(int seed) {
    Random random = new Random(seed);
    INDArray features = ReportedData.uniform(random, 0, 100, 320, 20);
    int[] classes = new int[320];
    Arrays.setAll(classes, row -> features.getDouble(row, 0) > features.getDouble(row, 1) ? 1 : 0);
    DataSet data = new DataSet(features, ReportedData.oneHot(classes, 2));

    check(
        ofFeatures(seed, data),
        400,
        Problem.UNNORMALIZED_FEATURES,
        48,
        "NormalizerStandardize",
        ofFeatures(seed, normalized(data, false)));
  }

  private static Scene ofFeatures(int seed, DataSet data) {
    return Scene.ofClasses(
        ReportedData.classifier(squashing(seed, new Sgd(0.5)), 20, 2, 32), data, 32);
  }

  /** ReLU under the cross-entropy of classes, whose logarithm of 0 is NaN. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldGiveACrossEntropyItsSoftmax(int seed) {
    DataSet data = new ReportedData.Gaussians(seed, 16, 1).minibatch(320, 0.5);

    check(
        ofOutput(seed, Activation.RELU, data),
        200,
        Problem.UNSUITABLE_OUTPUT,
        0,
        "Activation.SOFTMAX",
        ofOutput(seed, Activation.SOFTMAX, data));
  }

  private static Scene ofOutput(int seed, Activation output, DataSet data) {
    return Scene.ofClasses(
        ReportedData.stack(
            ReportedData.settings(seed, new Adam(1e-2)), 16, 10, output, LossFunction.MCXENT, 32),
        data,
        32);
  }

  /** Classes numbered from 1 in a sparse cross-entropy of as many units. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldNumberClassesFromZero(int seed) {
    DataSet data = new ReportedData.Gaussians(seed, 16, 1).minibatch(320, 0.5);
    INDArray classes = data.getLabels().argMax(1).castTo(data.getFeatures().dataType());
    data.setLabels(classes.reshape(320, 1));
    DataSet shifted = new DataSet(data.getFeatures(), data.getLabels().add(1));
    Scene sick = ofSparse(seed, shifted);

    check(sick, 200, Problem.UNSUITABLE_LABELS, 0, ".nOut(numberOfClasses)", ofSparse(seed, data));
  }

  private static Scene ofSparse(int seed, DataSet data) {
    return Scene.ofClasses(
        ReportedData.stack(
            ReportedData.settings(seed, new Adam(1e-2)),
            16,
            10,
            Activation.SOFTMAX,
            LossFunction.SPARSE_MCXENT,
            32),
        data,
        32);
  }

  /** A sigmoid never gives 2 or 3. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldLetTheOutputReachItsLabels(int seed) {
    INDArray rows = ReportedData.uniform(new Random(seed), 0, 3, 36, 3);
    DataSet data = new DataSet(rows, rows.dup());

    check(
        toItself(seed, Activation.SIGMOID, data),
        600,
        Problem.UNSUITABLE_LABELS,
        5,
        "Activation.IDENTITY",
        toItself(seed, Activation.IDENTITY, data));
  }

  private static Scene toItself(int seed, Activation output, DataSet data) {
    return Scene.of(
        ReportedData.stack(
            ReportedData.settings(seed, new AdaDelta()), 3, 3, output, LossFunction.MSE, 8),
        data,
        36);
  }

  /** XOR, which SGD at this rate does not begin to learn. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldSolveExclusiveOr(int seed) {
    DataSet data =
        new DataSet(
            Nd4j.createFromArray(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}}),
            Nd4j.createFromArray(new float[][] {{0}, {1}, {1}, {0}}));

    check(
        xor(seed, new Sgd(1e-3), data),
        2000,
        Problem.SMALL_UPDATES,
        250,
        ".updater(new Adam(0.01))",
        xor(seed, new Adam(0.01), data));
  }

  private static Scene xor(int seed, IUpdater updater, DataSet data) {
    return Scene.of(
        ReportedData.stack(
            squashing(seed, updater), 2, 1, Activation.SIGMOID, LossFunction.MSE, 2, 2),
        data,
        4);
  }

  /** Each epoch sees the classes one after the other. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldShuffleWhatIsSorted(int seed) {
    int[] classes = new int[640];
    Arrays.setAll(classes, row -> row / 64);
    DataSet data = new ReportedData.Gaussians(seed, 16, 0.6).minibatch(classes, 1);
    DataSet shuffled = data.copy();
    shuffled.shuffle(seed);
    Scene sorted = ofOrder(seed, data);
    double before = sorted.trained(400);
    try (ReportedTraining run = ReportedTraining.observed(ofOrder(seed, data).network())) {
      run.fit(400, i -> sorted.minibatches().get(i % 40));
      List<Diagnosis> found = run.diagnoses(Problem.UNSHUFFLED_EXAMPLES);
      assertThat(found).as(run.report()).isNotEmpty();
      assertThat(found.get(0).iteration()).isLessThanOrEqualTo(64);
      assertThat(found.get(0).remedies().get(0).code()).contains("shuffle()");
    }

    assertThat(ofOrder(seed, shuffled).trained(400))
        .as("after ten epochs, of which the sorted run forgets the first classes again")
        .isLessThan(before);
  }

  private static Scene ofOrder(int seed, DataSet data) {
    return Scene.ofClasses(
        ReportedData.classifier(ReportedData.settings(seed, new Adam(1e-2)), 16, 10, 32), data, 16);
  }

  /** A healthy run of each kind of data has no alarm to follow. */
  @Test
  void shouldAlarmNoneOfTheMended() {
    DataSet linear = normalized(ReportedData.linear(new Random(1), 320, 10, 5e5, 5e4), true);
    DataSet classes = new ReportedData.Gaussians(1, 16, 1).minibatch(320, 0.5);
    for (Scene scene : List.of(ofAdam(1, linear), ofOutput(1, Activation.SOFTMAX, classes))) {
      try (ReportedTraining run = ReportedTraining.observed(scene.network())) {
        run.fit(300, i -> scene.minibatches().get(i % scene.minibatches().size()));
        assertThat(run.alarms()).as(run.report()).isEmpty();
      }
    }
  }
}
