package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * One of five segments of truncated backpropagation through time has bad values. The rest of the
 * series trains as if that segment's time steps did not exist. The oracle is a run without the
 * listener on a series without these steps.
 */
class SkippedSegmentTest {
  private static final int SEGMENTS = 5;
  private static final int LENGTH = 4;
  private static final int HEALTHY_SERIES = 2;

  static Stream<Arguments> poisonedSegments() {
    List<Arguments> cases = new ArrayList<>();
    for (boolean graph : new boolean[] {false, true}) {
      for (IUpdater updater : List.of(new Sgd(0.1), new Nesterovs(0.1, 0.9), new Adam(0.01))) {
        for (int segment : new int[] {0, 2, 4}) {
          for (boolean labels : new boolean[] {false, true}) {
            cases.add(Arguments.of(graph, updater, segment, labels));
          }
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("poisonedSegments")
  void shouldLoseThePoisonedSegmentAlone(
      boolean graph, IUpdater updater, int segment, boolean labels) {
    final int bad = HEALTHY_SERIES * SEGMENTS + segment;

    Model protectedNet = network(graph, updater);
    Steps steps = new Steps(-1);
    List<Intervention> done;
    try (TrainingHealthListener health =
        TrainingHealthListener.protecting(new InMemoryStatsStorage())) {
      listeners(protectedNet, health, steps);
      train(protectedNet, poisoned(series(HEALTHY_SERIES), segment, labels));
      done = health.interventions();
    }
    assertThat(done)
        .singleElement()
        .satisfies(
            i -> {
              assertThat(i.kind()).isEqualTo(Kind.SKIP);
              assertThat(i.iteration()).isEqualTo(bad);
              assertThat(i.applied()).isTrue();
            });
    assertThat(steps.storedStateWasFinite).isTrue();

    Model oracle = network(graph, updater);
    Steps expected = new Steps(bad - 1);
    listeners(oracle, expected);
    train(oracle, cut(series(HEALTHY_SERIES), segment));
    expected.bits.add(bad, expected.bits.get(bad - 1));
    assertThat(steps.bits).hasSize((HEALTHY_SERIES + 2) * SEGMENTS).isEqualTo(expected.bits);
    assertThat(steps.bits.get(bad + 1)).as("goes on").isNotEqualTo(steps.bits.get(bad));
  }

  private static void listeners(Model model, BaseTrainingListener... listeners) {
    model.setListeners(listeners);
  }

  private static Model network(boolean graph, IUpdater updater) {
    MultiLayerNetwork net = Networks.LSTM_TRUNCATED.create(updater, DataType.FLOAT);
    return graph ? NetworkBits.graph(net) : net;
  }

  private static void train(Model model, DataSet third) {
    for (int i = 0; i < HEALTHY_SERIES; i++) {
      NetworkBits.fit(model, series(i));
    }
    NetworkBits.fit(model, third);
    NetworkBits.fit(model, series(HEALTHY_SERIES + 1));
  }

  private static DataSet series(int index) {
    Random random = new Random(100 + index);
    int steps = SEGMENTS * LENGTH;
    INDArray features = Nd4j.zeros(DataType.FLOAT, 4, 3, steps);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 4, 3, steps);
    for (int i = 0; i < 4; i++) {
      for (int t = 0; t < steps; t++) {
        for (int f = 0; f < 3; f++) {
          features.putScalar(new int[] {i, f, t}, random.nextGaussian());
        }
        labels.putScalar(new int[] {i, random.nextInt(3), t}, 1);
      }
    }
    return new DataSet(features, labels);
  }

  private static DataSet poisoned(DataSet series, int segment, boolean labels) {
    int[] at = {1, 2, segment * LENGTH + 1};
    (labels ? series.getLabels() : series.getFeatures()).putScalar(at, Float.NaN);
    return series;
  }

  private static DataSet cut(DataSet series, int segment) {
    return new DataSet(cut(series.getFeatures(), segment), cut(series.getLabels(), segment));
  }

  private static INDArray cut(INDArray array, int segment) {
    INDArray rest = Nd4j.zeros(DataType.FLOAT, 4, 3, (SEGMENTS - 1) * LENGTH);
    for (int i = 0; i < 4; i++) {
      for (int f = 0; f < 3; f++) {
        for (int t = 0; t < rest.size(2); t++) {
          int from = t < segment * LENGTH ? t : t + LENGTH;
          rest.putScalar(new int[] {i, f, t}, array.getFloat(i, f, from));
        }
      }
    }
    return rest;
  }

  /** Records the network after each step, and may leave out a number in its count. */
  private static final class Steps extends BaseTrainingListener {
    private final int skipNumberAfter;
    final List<List<Long>> bits = new ArrayList<>();
    boolean storedStateWasFinite = true;

    Steps(int skipNumberAfter) {
      this.skipNumberAfter = skipNumberAfter;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      bits.add(NetworkBits.of(model));
      for (RecurrentLayer layer : NetworkBits.recurrentLayers(model)) {
        for (INDArray state : layer.rnnGetTBPTTState().values()) {
          storedStateWasFinite &= Double.isFinite(state.dup().norm2Number().doubleValue());
        }
      }
      if (iteration == skipNumberAfter) {
        NetworkBits.setIterationCount(model, iteration + 1);
      }
    }
  }
}
