package dev.traininghealth.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.InjectedRun;
import dev.traininghealth.IterationClock;
import dev.traininghealth.LearningNetwork;
import dev.traininghealth.ScriptedDetector;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.ProtectionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.learning.config.Adam;

/** A run that is saved, loaded and restored decides like one that goes on. */
class ResumedRunTest {
  private static final int SAVED_AT = 210;
  private static final int END = 355;

  private static final int NEVER = Integer.MAX_VALUE;

  @TempDir Path folder;

  /** What happens in both runs, before and after the save. */
  enum Story {
    NOTHING(NEVER, NEVER),
    LASTING_EXPLOSION(150, NEVER),
    LASTING_STANDSTILL(150, NEVER),
    LATER_EXPLOSION(260, NEVER),
    REPEATED_DAMAGE(NEVER, 40);

    /** The first iteration at which a problem is reported. */
    private final int reported;

    /** Iterations after which a weight becomes NaN, again and again. */
    private final int damageInterval;

    Story(int reported, int damageInterval) {
      this.reported = reported;
      this.damageInterval = damageInterval;
    }

    private Problem problem() {
      return this == LASTING_STANDSTILL ? Problem.OSCILLATING_SCORE : Problem.EXPLODING_GRADIENT;
    }

    private TrainingHealthListenerBuilder builder() {
      return TrainingHealthListener.builder(new InMemoryStatsStorage())
          .protecting(ProtectionSettings.builder().stop(false).build())
          .detector(
              () -> new ScriptedDetector(problem(), Severity.WARNING, false, i -> i >= reported));
    }

    private void train(MultiLayerNetwork net, int until) {
      while (net.getIterationCount() < until) {
        int i = net.getIterationCount();
        if (i > 100 && i % damageInterval == 0) {
          net.params().putScalar(0, Double.NaN);
        }
        net.fit(LearningNetwork.MLP.batch(i));
      }
    }
  }

  private static List<String> after(TrainingHealthListener health) {
    return health.interventions().stream()
        .filter(i -> i.iteration() >= SAVED_AT)
        .map(ResumedRunTest::text)
        .toList();
  }

  private static String text(Intervention i) {
    return i.kind() + " at " + i.iteration();
  }

  @ParameterizedTest
  @EnumSource
  void shouldDecideAlike(Story story) throws IOException {
    InjectedRun whole = new InjectedRun(LearningNetwork.MLP, new Adam(1e-3), story.builder());
    story.train(whole.net, SAVED_AT);
    whole.net.save(folder.resolve("model.zip").toFile());
    whole.listener.save(folder.resolve("model.health"));
    story.train(whole.net, END);

    MultiLayerNetwork loaded = MultiLayerNetwork.load(folder.resolve("model.zip").toFile(), true);
    IterationClock clock = new IterationClock();
    TrainingHealthListener health = clock.build(story.builder());
    health.restore(folder.resolve("model.health"));
    loaded.setListeners(health, clock);
    story.train(loaded, END);

    assertThat(after(health)).isEqualTo(after(whole.listener));
  }
}
