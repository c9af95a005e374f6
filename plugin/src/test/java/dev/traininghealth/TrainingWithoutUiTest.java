package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Training where there is no UI: the build runs these tests with {@code deeplearning4j-ui}, {@code
 * deeplearning4j-vertx}, Vert.x, Netty and the WebJars off the class path.
 */
@Tag("training-only")
final class TrainingWithoutUiTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.vertx.core.Vertx",
        "io.vertx.ext.web.Router",
        "io.netty.channel.Channel",
        "org.deeplearning4j.ui.VertxUIServer",
        "org.deeplearning4j.ui.api.UIModule"
      })
  void shouldHaveNoUiOnTheClassPath(String className) {
    assertThatExceptionOfType(ClassNotFoundException.class)
        .isThrownBy(() -> Class.forName(className));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.deeplearning4j.core.storage.StatsStorageRouter",
        "org.deeplearning4j.ui.model.stats.impl.SbeStatsReport",
        "org.deeplearning4j.ui.model.storage.InMemoryStatsStorage"
      })
  void shouldKeepTheStorage(String className) {
    assertThatCode(() -> Class.forName(className)).doesNotThrowAnyException();
  }
}
