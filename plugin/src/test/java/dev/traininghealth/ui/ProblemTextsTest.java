package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.traininghealth.detect.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the page knows each problem that the plugin's detectors report. */
final class ProblemTextsTest {
  private static final String VIEW = "/deeplearning4jUiAssets/health/view.js";

  static List<Problem> problems() {
    return Arrays.stream(Problem.class.getFields())
        .filter(f -> Modifier.isStatic(f.getModifiers()) && f.getType() == Problem.class)
        .map(
            f -> {
              try {
                return (Problem) f.get(null);
              } catch (IllegalAccessException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }

  @ParameterizedTest
  @MethodSource("problems")
  void shouldHaveANameAndAMeaning(Problem problem) throws IOException {
    for (Language language : Language.all()) {
      Map<String, String> texts = HealthMessages.read(HealthMessages.PREFIX + language.code());
      assertThat(texts)
          .as(language.code())
          .containsKeys(
              "train.health.problem." + problem.name(),
              "train.health.problem." + problem.name() + ".meaning")
          .doesNotContain(entry("train.health.problem." + problem.name(), ""));
    }
  }

  @ParameterizedTest
  @MethodSource("problems")
  void shouldBeShownByWhatTheHeatmapHasAChoiceOf(Problem problem) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ProblemTextsTest.class.getResourceAsStream(VIEW))) {
      String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      if (!problem.shownBy().isEmpty()) {
        assertThat(script).contains("'" + problem.shownBy() + "'");
      }
    }
  }
}
