package dev.traininghealth;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.NonFinite;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentRecord;
import dev.traininghealth.record.Series.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CollectScoresListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Training with the listener is bit-identical, and the storage has the records afterwards. */
class ObservingTest {
  private final StatsStorage storage = new InMemoryStatsStorage();

  @ParameterizedTest
  @EnumSource(Networks.class)
  void shouldLeaveEveryBitOfTheTrainingAsItWas(Networks network) {
    IUpdater updater = new Adam(0.01);
    DataSetIterator validation = iterator(network.data(DataType.FLOAT).subList(0, 2));
    Run alone = run(network, updater, null);
    Run observed =
        run(
            network,
            updater,
            TrainingHealthListener.builder(storage)
                .costBudget(1)
                .validationData(validation)
                .build());
    assertThat(observed.scores).isEqualTo(alone.scores);
    assertThat(observed.parameters).isEqualTo(alone.parameters);
    assertThat(observed.updaterState).isEqualTo(alone.updaterState);
    assertThat(alone.scores.stream().distinct().count()).as("a run that moves").isGreaterThan(5);
  }

  private record Run(List<Double> scores, List<Double> parameters, List<Double> updaterState) {}

  private static Run run(
      Networks network, IUpdater updater, @Nullable TrainingHealthListener listener) {
    MultiLayerNetwork net = network.create(updater, DataType.FLOAT);
    Nd4j.getRandom().setSeed(99); // dropout draws from the one global generator
    CollectScoresListener scores = new CollectScoresListener(1);
    net.addListeners(scores);
    if (listener != null) {
      net.addListeners(listener);
    }
    net.fit(iterator(network.data(DataType.FLOAT)), 8); // the frozen baseline is compared
    INDArray state = net.getUpdater().getStateViewArray();
    return new Run(
        scores.getListScore().stream().toList(),
        bits(net.params()),
        state == null ? List.of() : bits(state));
  }

  private static List<Double> bits(INDArray array) {
    return Arrays.stream(array.dup().reshape(array.length()).toDoubleVector()).boxed().toList();
  }

  @Test
  void shouldRecordEveryIteration() throws RecordException {
    TrainingHealthListener listener = TrainingHealthListener.observing(storage);
    MultiLayerNetwork net = Networks.MLP.create(new Sgd(0.1), DataType.FLOAT);
    CollectScoresListener scores = new CollectScoresListener(1);
    net.setListeners(scores, listener);
    net.fit(iterator(Networks.MLP.data(DataType.FLOAT)), 10);
    listener.flush();

    Recorded recorded = recorded(listener);
    assertThat(recorded.run.layers())
        .extracting(RunDescription.Layer::name)
        .containsExactly("first", "layer1", "layer2");
    assertThat(recorded.run.settings()).containsEntry("mode", "observing");
    List<Double> recordedScores = recorded.values(Quantity.SCORE, Scope.RUN, 0);
    assertThat(recordedScores).hasSize(40);
    for (int i = 0; i < 40; i++) {
      assertThat(recordedScores.get(i))
          .isCloseTo(scores.getListScore().get(i), withPercentage(1e-3));
    }
    assertThat(recorded.values(Quantity.GRADIENT_NORM, Scope.LAYER, 0))
        .hasSize(40)
        .allMatch(v -> v > 0);
    assertThat(recorded.values(Quantity.LEARNING_RATE, Scope.LAYER, 1)).hasSize(40);
    assertThat(recorded.values(Quantity.STEP_MILLIS, Scope.RUN, 0))
        .as("between two iterations' ends")
        .hasSize(39)
        .allMatch(millis -> millis > 0);
    assertThat(recorded.values(Quantity.START_COST_SECONDS, Scope.RUN, 0)).hasSize(40);
    assertThat(recorded.values(Quantity.COST_SHARE, Scope.RUN, 0)).as("in the start").isEmpty();
  }

  @Test
  void shouldRecordNaNInDataAndGoOn() throws RecordException {
    TrainingHealthListener listener = TrainingHealthListener.observing(storage);
    MultiLayerNetwork net = Networks.MLP.create(new Sgd(0.1), DataType.FLOAT);
    net.setListeners(listener);
    List<DataSet> data = Networks.MLP.data(DataType.FLOAT);
    net.fit(data.get(0));
    data.get(1).getFeatures().putScalar(0, Float.NaN);
    net.fit(data.get(1));
    net.fit(data.get(2));
    listener.flush();

    Recorded recorded = recorded(listener);
    assertThat(recorded.nans(Quantity.SCORE)).isEqualTo(2);
    assertThat(recorded.nans(Quantity.GRADIENT_NORM)).isEqualTo(2);
    assertThat(recorded.values(Quantity.SCORE, Scope.RUN, 0)).hasSize(1);
  }

  @Test
  void shouldRecordValidationScoresBesideTheTrainingScore() throws RecordException {
    List<DataSet> data = Networks.MLP.data(DataType.FLOAT);
    TrainingHealthListener listener =
        TrainingHealthListener.builder(storage)
            .validationData(iterator(data.subList(0, 2)))
            .build();
    MultiLayerNetwork net = Networks.MLP.create(new Sgd(0.1), DataType.FLOAT);
    net.setListeners(listener);
    net.fit(iterator(data), 3);
    double expected = (8 * net.score(data.get(0), false) + 5 * net.score(data.get(1), false)) / 13;
    net.fit(data.get(0));
    listener.recordValidationScore(net, 0.125);
    listener.flush();

    List<Double> scores = recorded(listener).values(Quantity.VALIDATION_SCORE, Scope.RUN, 0);
    assertThat(scores).hasSize(4);
    assertThat(scores.get(2)).isCloseTo(expected, withPercentage(0.01));
    assertThat(scores.get(3)).isEqualTo(0.125);
  }

  @Test
  void shouldObserveANetworkWithoutParameters() throws RecordException {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new LossLayer.Builder(LossFunction.MSE).build())
                .build());
    net.init();
    TrainingHealthListener listener = TrainingHealthListener.observing(storage);
    net.setListeners(listener);
    DataSet data = new DataSet(Nd4j.ones(DataType.FLOAT, 2, 3), Nd4j.zeros(DataType.FLOAT, 2, 3));
    assertThatCode(() -> net.fit(data)).doesNotThrowAnyException();
    listener.flush();
  }

  @Test
  void shouldShowNoUpdateOfASolverThatComputesSeveralGradientsAnIteration() throws RecordException {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .optimizationAlgo(OptimizationAlgorithm.LBFGS)
                .updater(new NoOp())
                .list()
                .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(6).nOut(3).build())
                .build());
    net.init();
    TrainingHealthListener listener = TrainingHealthListener.observing(storage);
    net.setListeners(listener);
    net.fit(Networks.MLP.data(DataType.FLOAT).get(0));
    net.fit(Networks.MLP.data(DataType.FLOAT).get(1));
    listener.flush();

    Recorded recorded = recorded(listener);
    assertThat(recorded.values(Quantity.GRADIENT_NORM, Scope.LAYER, 0)).hasSize(2);
    assertThat(recorded.values(Quantity.WEIGHT_NORM, Scope.LAYER, 0)).hasSize(2);
    assertThat(recorded.values(Quantity.UPDATE_NORM, Scope.LAYER, 0)).isEmpty();
    assertThat(recorded.values(Quantity.UPDATE_RATIO, Scope.LAYER, 0)).isEmpty();
  }

  @Test
  void shouldObserveAGraphByTheNamesOfItsVertices() throws RecordException {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(0.1))
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(6))
                .addLayer("left_side", new DenseLayer.Builder().nOut(4).build(), "in")
                .addLayer("right", new DenseLayer.Builder().nOut(4).build(), "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MSE).nOut(3).build(),
                    "left_side",
                    "right")
                .setOutputs("out")
                .build());
    graph.init();
    TrainingHealthListener listener = TrainingHealthListener.observing(storage);
    graph.setListeners(listener);
    Networks.MLP.data(DataType.FLOAT).forEach(graph::fit);
    listener.flush();

    Recorded recorded = recorded(listener);
    assertThat(recorded.run.modelClass()).isEqualTo("ComputationGraph");
    assertThat(recorded.run.layers())
        .extracting(RunDescription.Layer::name)
        .containsExactlyInAnyOrder("left_side", "right", "out");
    assertThat(recorded.run.parameters())
        .extracting(RunDescription.Parameter::key)
        .contains("left_side_W", "right_b", "out_W");
    for (int layer = 0; layer < 3; layer++) {
      assertThat(recorded.values(Quantity.GRADIENT_NORM, Scope.LAYER, layer))
          .hasSize(4)
          .allMatch(norm -> norm > 0);
    }
  }

  private Recorded recorded(TrainingHealthListener listener) throws RecordException {
    String session = listener.getSessionID();
    String worker = listener.getWorkerID();
    RunRecord run =
        (RunRecord) requireNonNull(storage.getStaticInfo(session, HealthRecord.TYPE_ID, worker));
    List<Segment> segments = new ArrayList<>();
    for (Persistable update :
        storage.getAllUpdatesAfter(session, HealthRecord.TYPE_ID, worker, 0)) {
      if (update instanceof SegmentRecord record && !record.isMerged()) {
        segments.add(record.segment());
      }
    }
    return new Recorded(run.description(), segments);
  }

  /** The records in the storage. */
  private record Recorded(RunDescription run, List<Segment> segments) {
    List<Double> values(Quantity quantity, Scope scope, int index) {
      int series = run.indexOf(quantity, scope, index);
      List<Double> values = new ArrayList<>();
      for (Segment segment : segments) {
        for (int bucket = 0; bucket < segment.buckets(); bucket++) {
          if (segment.count(series, bucket) > 0) {
            values.add(segment.mean(series, bucket));
          }
        }
      }
      return values;
    }

    int nans(Quantity quantity) {
      int series = run.indexOf(quantity, Scope.RUN, 0);
      return segments.stream()
          .flatMap(segment -> segment.nonFinite(series).stream())
          .mapToInt(NonFinite::nans)
          .sum();
    }
  }

  private static DataSetIterator iterator(List<DataSet> data) {
    return new ExistingDataSetIterator(data);
  }
}
