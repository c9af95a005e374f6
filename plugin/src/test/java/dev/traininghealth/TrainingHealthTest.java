package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.setup.SetupReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.AsyncDataSetIterator;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** The check before training as users call it. */
final class TrainingHealthTest {
  private static final DataType TYPE = DataType.FLOAT;

  /** A trained network continues bit-identically after a check, and so does a new one. */
  @ParameterizedTest
  @EnumSource
  void shouldLeaveNetworkAndGeneratorAsTheyWere(Networks row) {
    List<DataSet> data = row.data(TYPE);
    for (boolean graph : new boolean[] {false, true}) {
      for (int before : new int[] {0, 2}) {
        Model checked = create(row, graph);
        Model alone = create(row, graph);
        TrainingListener listener = new ScoreIterationListener(1000);
        checked.setListeners(listener);
        List<Model> both = List.of(checked, alone);
        for (Model each : both) {
          Nd4j.getRandom().setSeed(5);
          train(each, data, before);
        }
        Random random = Nd4j.getRandom();
        long root = random.rootState();
        long node = random.nodeState();

        TrainingHealth.check(checked, data);

        assertThat(List.of(random.rootState(), random.nodeState())).isEqualTo(List.of(root, node));
        assertThat(iterations(checked)).isEqualTo(iterations(alone));
        assertThat(listeners(checked)).containsExactly(listener);
        for (Model each : both) {
          random.setStates(root, node);
          train(each, data, 2);
        }
        assertThat(NetworkBits.of(checked)).isEqualTo(NetworkBits.of(alone));
      }
    }
  }

  private static Model create(Networks row, boolean graph) {
    MultiLayerNetwork net = row.create(new Adam(1e-3), TYPE);
    return graph ? NetworkBits.graph(net) : net;
  }

  private static void train(Model model, List<DataSet> data, int iterations) {
    for (int i = 0; i < iterations; i++) {
      NetworkBits.fit(model, data.get(i % data.size()));
    }
  }

  private static int iterations(Model model) {
    return model instanceof MultiLayerNetwork net
        ? net.getIterationCount()
        : ((ComputationGraph) model).getIterationCount();
  }

  private static Iterable<TrainingListener> listeners(Model model) {
    return model instanceof MultiLayerNetwork net
        ? net.getListeners()
        : ((ComputationGraph) model).getListeners();
  }

  @Test
  void shouldResetTheIterator() {
    List<DataSet> data = Networks.MLP.data(TYPE);
    ListDataSetIterator<DataSet> iterator = new ListDataSetIterator<>(asRows(data), 8);
    INDArray first = iterator.next().getFeatures().dup();
    iterator.reset();

    SetupReport report = TrainingHealth.check(mlp(), iterator);

    assertThat(report.examples()).isEqualTo(examples(data));
    assertThat(iterator.hasNext()).isTrue();
    assertThat(iterator.next().getFeatures()).isEqualTo(first);
  }

  private static long examples(List<DataSet> data) {
    return data.stream().mapToLong(DataSet::numExamples).sum();
  }

  @Test
  void shouldApplyThePreprocessor() {
    List<DataSet> data = Networks.MLP.data(TYPE);
    ListDataSetIterator<DataSet> iterator = new ListDataSetIterator<>(asRows(data), 8);
    iterator.setPreProcessor(minibatch -> minibatch.getFeatures().muli(1e4));

    assertThat(TrainingHealth.check(mlp(), iterator).toString())
        .contains("The features are not normalized");
  }

  @Test
  void shouldReadMinibatchesThatAreRecycled() {
    List<DataSet> data = Collections.nCopies(30, DataSet.merge(Networks.MLP.data(TYPE)));
    AsyncDataSetIterator iterator =
        new AsyncDataSetIterator(new ListDataSetIterator<>(asRows(data), 8), 4);

    SetupReport report = TrainingHealth.check(mlp(), iterator);

    assertThat(report.minibatches()).isGreaterThan(8);
    iterator.shutdown();
  }

  private static List<DataSet> asRows(List<DataSet> data) {
    return DataSet.merge(data).asList();
  }

  @Test
  void shouldReadTwoHundredMinibatchesAtMost() {
    List<DataSet> data = new ArrayList<>(Collections.nCopies(300, Networks.MLP.data(TYPE).get(0)));

    assertThat(TrainingHealth.check(mlp(), data).minibatches()).isEqualTo(200);
  }

  @Test
  void shouldReadSeveralInputsAndOutputs() {
    DataSet one = Networks.MLP.data(TYPE).get(0);
    MultiDataSet several = new MultiDataSet(one.getFeatures(), one.getLabels());
    ComputationGraph graph = NetworkBits.graph(mlp());

    assertThat(TrainingHealth.check(graph, List.of(several)).minibatches()).isEqualTo(1);
    assertThat(TrainingHealth.check(graph, new SingletonMultiDataSetIterator(several)).examples())
        .isEqualTo(one.numExamples());
  }

  @Test
  void shouldRefuseAnIteratorThatCannotBeReset() {
    ExistingDataSetIterator once = new ExistingDataSetIterator(Networks.MLP.data(TYPE).iterator());

    assertThatThrownBy(() -> TrainingHealth.check(mlp(), once))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("check(net, List<DataSet>)")
        .hasMessageContaining("ExistingDataSetIterator");
    assertThat(once.hasNext()).isTrue();
  }

  @Test
  void shouldRefuseWhatIsNoMinibatch() {
    assertThatThrownBy(() -> TrainingHealth.check(mlp(), List.of()))
        .hasMessageContaining("no minibatch");
    assertThatThrownBy(() -> TrainingHealth.check(mlp(), List.of("text")))
        .hasMessageContaining("java.lang.String");
  }

  @Test
  void shouldPrintFindingsAndRemedies() {
    List<DataSet> data = Networks.MLP.data(TYPE);
    data.forEach(minibatch -> minibatch.getFeatures().muli(1000));

    assertThat(TrainingHealth.check(mlp(), data).toString())
        .startsWith("MultiLayerNetwork, checked with ")
        .contains("INFO unnormalized_features: The features are not normalized")
        .contains("- Normalize the features")
        .contains("NormalizerStandardize");
  }

  private static MultiLayerNetwork mlp() {
    return Networks.MLP.create(new Adam(1e-3), TYPE);
  }
}
