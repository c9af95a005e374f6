package dev.traininghealth.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.samples.VanishingMlp.Design;
import dev.traininghealth.samples.VanishingMlp.Trained;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

class VanishingMlpTest {
  private static final int ITERATIONS = 100;

  private final StatsStorage storage = new InMemoryStatsStorage();
  private final PrintStream console =
      new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);

  @Test
  void shouldLearnWithTheRemediesAlone() {
    Trained sigmoids = VanishingMlp.train(Design.SIGMOIDS, "before", ITERATIONS, storage, console);
    Diagnosis vanishing = Objects.requireNonNull(sigmoids.vanishing());
    Design design = Design.following(vanishing);
    assertThat(design).isEqualTo(new Design(true, 0));
    Trained remedied = VanishingMlp.train(design, "after", ITERATIONS, storage, console);

    assertThat(sigmoids.accuracy()).as("a third by chance").isLessThan(0.45);
    assertThat(remedied.accuracy()).isGreaterThan(0.8);
    assertThat(remedied.vanishing()).isNull();
    assertThat(storage.listWorkerIDsForSession("vanishing-mlp")).contains("before", "after");
  }

  @Test
  void shouldBuildWhatTheRemediesSay() {
    assertThat(normalizations(Design.SIGMOIDS)).isZero();
    assertThat(normalizations(new Design(true, 0))).isEqualTo(12);
    assertThat(normalizations(new Design(true, 9))).isEqualTo(3);
    assertThat(activationsLike("relu", new Design(true, 9))).isEqualTo(12);
    assertThat(activationsLike("sigmoid", Design.SIGMOIDS)).isEqualTo(12);
  }

  private static long normalizations(Design design) {
    return Arrays.stream(VanishingMlp.network(design).getLayers())
        .filter(layer -> layer.conf().getLayer() instanceof BatchNormalization)
        .count();
  }

  private static long activationsLike(String name, Design design) {
    return Arrays.stream(VanishingMlp.network(design).getLayers())
        .map(layer -> layer.conf().getLayer())
        .filter(layer -> !(layer instanceof BatchNormalization))
        .filter(
            layer ->
                layer instanceof BaseLayer base && base.getActivationFn().toString().equals(name))
        .count();
  }
}
