package dev.traininghealth.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.intervene.Intervention;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** What is said and done about learning rates and outputs, in runs as users reported them. */
class ReportedRunTest {
  /** Two outputs of which masks leave out the labels that are NaN. */
  @ParameterizedTest
  @CsvSource({"true, 1", "false, 0"})
  void shouldNameTheOutputWhoseLabelsAreNotFinite(boolean isBroken, int expected) {
    ComputationGraph graph =
        new ComputationGraph(
            ReportedData.settings(1, new Nesterovs(0.05, 0.9))
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(8))
                .addLayer("hidden", new DenseLayer.Builder().nOut(8).build(), "in")
                .addLayer("first", output(), "hidden")
                .addLayer("second", output(), "hidden")
                .setOutputs("first", "second")
                .build());
    graph.init();
    Random random = new Random(1);
    try (ReportedTraining run = ReportedTraining.observed(graph)) {
      for (int i = 0; i < 60; i++) {
        INDArray x = ReportedData.gaussian(random, 16, 8);
        INDArray y = x.getColumns(0, 1).gt(0).castTo(x.dataType());
        INDArray mask = Nd4j.ones(16, 1);
        if (isBroken && i % 20 == 1) {
          y.putScalar(4, 1, Double.NaN);
          mask.putScalar(4, 0, 0);
        }
        graph.fit(
            new MultiDataSet(
                new INDArray[] {x},
                new INDArray[] {x.getColumns(2, 3).gt(0).castTo(x.dataType()), y},
                null,
                new INDArray[] {Nd4j.ones(16, 1), mask}));
      }
      assertThat(run.diagnoses())
          .as("what else is wrong follows from the NaN")
          .hasSize(expected)
          .allMatch(d -> d.problem().equals(Problem.NON_FINITE) && d.layerName().equals("second"))
          .allMatch(d -> d.sentence().startsWith("The labels of layer 2 \"second\""));
    }
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.L2).nOut(2).activation(Activation.SIGMOID).build();
  }

  /** The first rate that is advised is one at which the network learns. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 0.9})
  void shouldAdviseTheUsualRateOfAdam(double rate) {
    ReportedData.Gaussians data = new ReportedData.Gaussians(1, 32, 0.5);
    List<Double> advised;
    try (ReportedTraining run = ReportedTraining.observed(adam(rate))) {
      run.fit(250, i -> data.minibatch(32, 1));
      assertThat(run.alarms()).isNotEmpty();
      advised =
          run.diagnoses().stream()
              .flatMap(d -> d.remedies().stream())
              .filter(Remedy::namesRate)
              .map(Remedy::learningRate)
              .distinct()
              .toList();
      assertThat(advised).as("a tenth of an input, over 32 inputs").containsExactly(3e-3);
    }
    try (ReportedTraining run = ReportedTraining.observed(adam(advised.get(0)))) {
      run.fit(250, i -> data.minibatch(32, 1));
      assertThat(run.alarms()).isEmpty();
      assertThat(run.network().score()).isLessThan(1.5);
    }
  }

  private static MultiLayerNetwork adam(double rate) {
    return ReportedData.classifier(ReportedData.settings(1, new Adam(rate)), 32, 10, 32, 32);
  }

  /** XOR with SGD at a rate far too small, which no rate below 1 solves, but Adam does. */
  @Test
  void shouldAdviseAdamWhereUpdatesOfSgdAreTiny() {
    DataSet xor =
        new DataSet(
            Nd4j.createFromArray(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}}),
            Nd4j.createFromArray(new float[][] {{0}, {1}, {1}, {0}}));
    MultiLayerNetwork network =
        ReportedData.stack(
            ReportedData.settings(1, new Sgd(1e-3))
                .activation(Activation.SIGMOID)
                .weightInit(WeightInit.XAVIER),
            2,
            1,
            Activation.SIGMOID,
            LossFunction.MSE,
            2,
            2);
    try (ReportedTraining run = ReportedTraining.observed(network).fit(250, i -> xor)) {
      assertThat(run.diagnoses(Problem.SMALL_UPDATES))
          .extracting(d -> d.severity().name())
          .containsExactly("INFO", "WARNING");
      assertThat(run.diagnoses(Problem.SMALL_UPDATES))
          .extracting(d -> d.remedies().get(0).code())
          .containsOnly(".updater(new Adam(0.01))");
    }
  }

  /** A plateau, because sigmoid cannot reach the labels, under an updater without a rate. */
  @Test
  void shouldNotLowerARateThatThereIsNot() {
    INDArray rows = Nd4j.tile(Nd4j.createFromArray(new float[][] {{1, 2, 3}}), 9, 1);
    List<DataSet> minibatches = new DataSet(rows, rows).batchBy(4);
    MultiLayerNetwork network =
        ReportedData.stack(
            ReportedData.settings(1, new AdaDelta()),
            3,
            3,
            Activation.SIGMOID,
            LossFunction.MSE,
            3);
    try (ReportedTraining run =
        ReportedTraining.isProtected(network)
            .fit(700, i -> minibatches.get(i % minibatches.size()))) {
      assertThat(run.diagnoses(Problem.UNSUITABLE_LABELS)).hasSize(1);
      assertThat(run.diagnoses(Problem.PLATEAU)).isNotEmpty();
      assertThat(run.interventions(Intervention.Kind.LOWER_LEARNING_RATE)).isEmpty();
    }
  }

  /**
   * A pretrained network whose rate had become tiny, then one with its weights and a usual rate.
   */
  @Test
  void shouldBeginAnewWithAnotherNetworkUnderTheSameListener() {
    ReportedData.Gaussians data = new ReportedData.Gaussians(1, 16, 0.5);
    Map<Integer, Double> rates =
        IntStream.range(0, 30)
            .boxed()
            .collect(Collectors.toMap(i -> 10 * i, i -> 1e-2 * Math.pow(0.73, i)));
    MultiLayerNetwork first = classifier(new Adam(new MapSchedule(ScheduleType.ITERATION, rates)));
    MultiLayerNetwork second = classifier(new Adam(4e-4));
    try (ReportedTraining run = ReportedTraining.observed(first)) {
      run.fit(300, i -> data.minibatch(32, 1));
      second.setParams(first.params().dup());
      second.setListeners(first.getListeners());
      for (int i = 0; i < 300; i++) {
        second.fit(data.minibatch(32, 1));
      }
      assertThat(run.health.diagnoses()).isEmpty();
    }
  }

  /** Restarts of a cosine: the rate, and with it the score, rise in each cycle. */
  @Test
  void shouldLeaveRestartsOfTheLearningRateAlone() {
    ReportedData.Gaussians data = new ReportedData.Gaussians(1, 16, 0.7);
    List<DataSet> minibatches =
        IntStream.range(0, 20).mapToObj(i -> data.minibatch(32, 1)).toList();
    Map<Integer, Double> rates =
        IntStream.range(0, 600)
            .boxed()
            .collect(
                Collectors.toMap(
                    i -> i, i -> 1e-5 + 0.05 * (1 + Math.cos(Math.PI * (i % 150) / 150.0)) / 2));
    MultiLayerNetwork network =
        classifier(new Nesterovs(new MapSchedule(ScheduleType.ITERATION, rates), 0.9));
    try (ReportedTraining run =
        ReportedTraining.isProtected(network).fit(600, i -> minibatches.get(i % 20))) {
      assertThat(run.alarms()).isEmpty();
      assertThat(run.health.interventions()).isEmpty();
    }
  }

  private static MultiLayerNetwork classifier(IUpdater updater) {
    NeuralNetConfiguration.Builder settings = ReportedData.settings(1, updater);
    return ReportedData.classifier(settings, 16, 10, 32);
  }

  /** One dead network is one alarm, and silent units of a network that learns lower no rate. */
  @ParameterizedTest
  @CsvSource({"0, 1", "1000, 0"})
  void shouldReportADeadNetworkOnce(int deadFrom, int expected) {
    ReportedData.Gaussians data = new ReportedData.Gaussians(1, 16, 0.5);
    MultiLayerNetwork network =
        ReportedData.classifier(ReportedData.settings(1, new Adam(1e-3)), 16, 10, 16, 16, 16);
    if (deadFrom == 0) {
      network.getLayer(1).getParam("b").assign(-1000);
    } else {
      INDArray biases = network.getLayer(1).getParam("b");
      for (int unit = 0; unit < 9; unit++) {
        biases.putScalar(unit, -1000);
      }
    }
    try (ReportedTraining run =
        ReportedTraining.observed(network).fit(300, i -> data.minibatch(32, 1))) {
      assertThat(run.alarms().stream().filter(d -> d.problem().equals(Problem.DEAD_RELU)))
          .hasSize(expected);
      assertThat(run.diagnoses(Problem.DEAD_RELU)).hasSize(1);
      assertThat(run.diagnoses().stream().flatMap(d -> d.remedies().stream()))
          .as("a higher rate, or any in a network that learns")
          .noneMatch(r -> r.namesRate() && (expected == 0 || r.learningRate() > 1e-3));
    }
  }
}
