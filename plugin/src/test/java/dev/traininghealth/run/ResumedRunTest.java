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
import java.util.function.Consumer;
import java.util.function.LongPredicate;
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

  @TempDir Path folder;

  /** What happens in both runs, before and after the save. */
  enum Story {
    NOTHING(i -> false, net -> {}, Integer.MAX_VALUE),
    LASTING_EXPLOSION(i -> i >= 150, net -> {}, Integer.MAX_VALUE),
    LASTING_STANDSTILL(i -> i >= 150, net -> {}, Integer.MAX_VALUE),
    LATER_EXPLOSION(i -> i >= 260, net -> {}, Integer.MAX_VALUE),
    REPEATED_DAMAGE(i -> false, net -> net.params().putScalar(0, Double.NaN), 40);

    private final LongPredicate reported;
    private final Consumer<MultiLayerNetwork> damage;
    private final int interval;

    Story(LongPredicate reported, Consumer<MultiLayerNetwork> damage, int interval) {
      this.reported = reported;
      this.damage = damage;
      this.interval = interval;
    }

    private Problem problem() {
      return this == LASTING_STANDSTILL ? Problem.OSCILLATING_SCORE : Problem.EXPLODING_GRADIENT;
    }

    private TrainingHealthListenerBuilder builder() {
      return TrainingHealthListener.builder(new InMemoryStatsStorage())
          .protecting(ProtectionSettings.builder().stop(false).build())
          .detector(() -> new ScriptedDetector(problem(), Severity.WARNING, false, reported));
    }

    private void train(MultiLayerNetwork net, int until) {
      while (net.getIterationCount() < until) {
        int i = net.getIterationCount();
        if (i > 100 && i % interval == 0) {
          damage.accept(net);
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
