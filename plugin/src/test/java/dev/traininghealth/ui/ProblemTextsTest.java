package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.record.Quantity;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the page knows each problem that the plugin's detectors report. */
final class ProblemTextsTest {
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
  void shouldHaveANameAMeaningAndItsDoubts(Problem problem) throws IOException {
    for (Language language : Language.all()) {
      Map<String, String> texts = PageTexts.read(PageTexts.PREFIX + language.code());
      assertThat(texts)
          .as(language.code())
          .containsKeys(
              "train.health.problem." + problem.name(),
              "train.health.problem." + problem.name() + ".meaning",
              "train.health.problem." + problem.name() + ".wrong")
          .doesNotContain(entry("train.health.problem." + problem.name(), ""));
    }
  }

  @ParameterizedTest
  @MethodSource("problems")
  void shouldBeShownByWhatTheHeatmapHasAChoiceOf(Problem problem) {
    if (!problem.shownBy().isEmpty()) {
      assertThat(Quantity.ofLayers()).extracting(Quantity::name).contains(problem.shownBy());
    }
  }
}
