package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Problem;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecordReadingTest {
  @Test
  void shouldKnowTheFamilyOfEachProblemOfThePlugin() {
    assertThat(RecordReading.PROBLEMS)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Problem.class.getFields())
                .filter(f -> Modifier.isStatic(f.getModifiers()) && f.getType() == Problem.class)
                .map(
                    f -> {
                      try {
                        return (Problem) f.get(null);
                      } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                      }
                    })
                .toList());
  }
}
