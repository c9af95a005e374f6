package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;

/** Where the objective moves nothing is judged by the course of the score. */
class MovingObjectiveTest {
  private static final int LEARNED = 60;

  private final TrainingHealthListenerBuilder builder =
      TrainingHealthListener.builder(new InMemoryStatsStorage())
          .protecting()
          .detector(
              () ->
                  new ScriptedDetector(
                      Problem.OSCILLATING, Severity.WARNING, false, i -> i >= LEARNED + 30));

  private InjectedRun run() {
    return new InjectedRun(LearningNetwork.MLP, new Adam(1e-3), builder.build());
  }

  private static List<Kind> kinds(InjectedRun run) {
    return run.listener.interventions().stream().map(Intervention::kind).toList();
  }

  @Test
  void shouldTryWhereItDoesNot() {
    assertThat(kinds(run().until(LEARNED + 60))).contains(Kind.TRIAL);
  }

  @Test
  void shouldTryNothingWhereTheUserSaysSo() {
    builder.movingObjective();
    assertThat(kinds(run().until(LEARNED + 60))).isEmpty();
  }

  /** As the discriminator's weights are in the network that its generator is trained in. */
  @Test
  void shouldTryNothingWhereWeightsAreWrittenFromOutsideAgainAndAgain() {
    InjectedRun run = run().until(LEARNED);
    for (int i = 1; i <= 3; i++) {
      run.net.setParams(run.net.params().mul(0.99));
      run.until(LEARNED + 5 * i);
    }
    assertThat(kinds(run.until(LEARNED + 60))).isEmpty();
  }

  /** As where a generator is trained through a frozen copy of its discriminator. */
  @Test
  void shouldTryNothingWhereFrozenWeightsAreWrittenAgainAndAgain() {
    MultiLayerNetwork trained = LearningNetwork.MLP.create(new Adam(1e-3));
    MultiLayerNetwork frozen = new TransferLearning.Builder(trained).setFeatureExtractor(0).build();
    TrainingHealthListener health = builder.build();
    frozen.setListeners(health);
    for (int i = 0; i < LEARNED + 60; i++) {
      if (i % 5 == 0) {
        frozen.getLayer(0).params().muli(0.999);
      }
      frozen.fit(LearningNetwork.MLP.batch(i));
    }
    assertThat(health.interventions()).isEmpty();
    health.close();
  }

  /** One change is a network that was loaded, or set back by its user. */
  @Test
  void shouldStillTryAfterOneChangeFromOutside() {
    InjectedRun run = run().until(LEARNED);
    run.net.setParams(run.net.params().mul(0.99));
    assertThat(kinds(run.until(LEARNED + 60))).contains(Kind.TRIAL);
  }
}
