package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.intervene.AfterUpdate;
import dev.traininghealth.intervene.BeforeUpdate;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.InterventionPolicy;
import dev.traininghealth.intervene.Situation;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * A step is undone if the updater computes non-finite values from a finite gradient, even if the
 * policy would keep it. A step that stays finite is kept.
 */
class GuardedUpdaterTest {
  private record Proceeding() implements InterventionPolicy {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public BeforeUpdate beforeUpdate(Situation situation) {
      return BeforeUpdate.PROCEED;
    }

    @Override
    public AfterUpdate afterUpdate(Situation situation) {
      return AfterUpdate.PROCEED;
    }
  }

  static Stream<Arguments> steps() {
    List<Arguments> steps = new ArrayList<>();
    for (boolean graph : new boolean[] {false, true}) {
      for (IUpdater updater : List.of(new Adam(0.01), new RmsProp(0.01), new AdaGrad(0.01))) {
        steps.add(Arguments.of(graph, updater, DataType.FLOAT, 1e25, true));
        steps.add(Arguments.of(graph, updater, DataType.FLOAT, 1e17, false));
        steps.add(Arguments.of(graph, updater, DataType.DOUBLE, 1e200, true));
        steps.add(Arguments.of(graph, updater, DataType.DOUBLE, 1e25, false));
      }
      // The step is finite, though large: the policy decides.
      steps.add(Arguments.of(graph, new Sgd(0.01), DataType.FLOAT, 1e25, false));
    }
    return steps.stream();
  }

  @ParameterizedTest
  @MethodSource("steps")
  void shouldUndoWhatTheUpdaterCannotBear(
      boolean asGraph, IUpdater updater, DataType type, double gradient, boolean undone) {
    MultiLayerNetwork net = Networks.MLP.create(updater, type);
    Model model = asGraph ? NetworkBits.graph(net) : net;
    List<DataSet> data = Networks.MLP.data(type);
    boolean[] tamper = {false};
    try (TrainingHealthListener health =
        TrainingHealthListener.builder(new InMemoryStatsStorage())
            .policy(new Proceeding())
            .build()) {
      model.setListeners(
          new BaseTrainingListener() {
            @Override
            public void onGradientCalculation(Model m) {
              if (tamper[0]) {
                m.getGradientsViewArray().putScalar(3, gradient);
              }
            }
          },
          health);
      NetworkBits.fit(model, data.get(0));
      final List<Long> before = NetworkBits.of(model);
      tamper[0] = true;
      NetworkBits.fit(model, data.get(0));
      tamper[0] = false;

      if (undone) {
        assertThat(NetworkBits.of(model)).isEqualTo(before);
        assertThat(health.interventions())
            .singleElement()
            .satisfies(
                skipped -> {
                  assertThat(skipped.kind()).isEqualTo(Kind.SKIP);
                  assertThat(skipped.iteration()).isEqualTo(1);
                  assertThat(skipped.before()).isGreaterThan(gradient / 100);
                  assertThat(skipped.after()).isZero();
                });
      } else {
        assertThat(NetworkBits.of(model)).isNotEqualTo(before);
        assertThat(health.interventions()).isEmpty();
      }
      List<Long> after = NetworkBits.of(model);
      NetworkBits.fit(model, data.get(1));
      assertThat(NetworkBits.of(model)).as("goes on").isNotEqualTo(after);
      assertThat(health.interventions()).hasSize(undone ? 1 : 0);
    }
  }
}
