package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.traininghealth.record.HealthRecord;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Training without a UI and without metrics. The build runs these tests with {@code
 * deeplearning4j-ui}, {@code deeplearning4j-vertx}, Vert.x, Netty, the WebJars and Micrometer off
 * the class path.
 */
@Tag("training-only")
final class TrainingWithoutUiTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.vertx.core.Vertx",
        "io.vertx.ext.web.Router",
        "io.netty.channel.Channel",
        "io.micrometer.core.instrument.MeterRegistry",
        "org.deeplearning4j.ui.VertxUIServer",
        "org.deeplearning4j.ui.api.UIModule"
      })
  void shouldHaveNoUiOnTheClassPath(String className) {
    assertThatExceptionOfType(ClassNotFoundException.class)
        .isThrownBy(() -> Class.forName(className));
  }

  @Test
  void shouldTrainAndRecord() {
    StatsStorage storage = new InMemoryStatsStorage();
    TrainingHealthListener listener = TrainingHealthListener.observing(storage);
    MultiLayerNetwork net = Networks.MLP.create(new Sgd(0.1), DataType.FLOAT);
    net.setListeners(listener);
    Networks.MLP.data(DataType.FLOAT).forEach(net::fit);
    listener.flush();
    String session = listener.getSessionID();
    assertThat(storage.listTypeIDsForSession(session))
        .containsExactlyInAnyOrder(HealthRecord.TYPE_ID, StatsListener.TYPE_ID);
    assertThat(storage.getAllUpdatesAfter(session, HealthRecord.TYPE_ID, listener.getWorkerID(), 0))
        .isNotEmpty();
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
