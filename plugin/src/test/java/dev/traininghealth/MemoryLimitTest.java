package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.intervene.Intervention;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.slf4j.LoggerFactory;

/** What a listener leaves out if its memory is limited to one byte. */
class MemoryLimitTest {
  private static final int ITERATIONS = 30;

  @TempDir Path folder;

  private final Logger log = (Logger) LoggerFactory.getLogger(MemoryBudget.class);
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  @BeforeEach
  void listen() {
    appender.start();
    log.addAppender(appender);
  }

  @AfterEach
  void stop() {
    log.detachAppender(appender);
  }

  private List<String> leftOut() {
    return appender.list.stream()
        .filter(e -> e.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .map(m -> m.substring("No memory for the ".length(), m.indexOf(':')))
        .toList();
  }

  private TrainingHealthListenerBuilder builder() {
    return TrainingHealthListener.builder(new InMemoryStatsStorage()).maxMemoryBytes(1);
  }

  private static MultiLayerNetwork train(TrainingHealthListener listener, boolean damage) {
    MultiLayerNetwork net = Networks.MLP.create(new Adam(0.01), DataType.FLOAT);
    net.setListeners(listener);
    List<DataSet> data = Networks.MLP.data(DataType.FLOAT);
    for (int i = 0; i < ITERATIONS; i++) {
      if (damage && i == ITERATIONS - 2) {
        net.params().assign(1e30);
      }
      net.fit(data.get(i % data.size()));
    }
    listener.close();
    return net;
  }

  @Test
  void shouldObserveWithoutAnyCopy() {
    TrainingHealthListener listener = builder().failureBundles(folder).build();
    assertThat(train(listener, true).getIterationCount()).isEqualTo(ITERATIONS);
    assertThat(leftOut())
        .containsExactly(
            "frozen baseline",
            "copy of the network for finding a non-finite value",
            "failure bundle");
    assertThat(folder).isEmptyDirectory();
    assertThat(listener.diagnoses()).anyMatch(d -> d.problem().name().equals("non_finite"));
  }

  @Test
  void shouldProtectWithoutRollbackAndTrials() {
    TrainingHealthListener listener = builder().protecting().build();
    assertThat(train(listener, true).getIterationCount()).isEqualTo(ITERATIONS);
    assertThat(leftOut())
        .containsExactly(
            "snapshot of the start",
            "copies of minibatches for trials",
            "frozen baseline",
            "copy of the network for finding a non-finite value");
    assertThat(listener.interventions())
        .extracting(Intervention::kind)
        .contains(Intervention.Kind.SKIP)
        .doesNotContain(Intervention.Kind.ROLLBACK);
  }

  @Test
  void shouldSayNothingIfNothingIsCopied() {
    train(builder().frozenBaseline(false).build(), false);
    assertThat(appender.list).isEmpty();
  }

  @Test
  void shouldRejectANegativeLimit() {
    TrainingHealthListenerBuilder builder = builder().maxMemoryBytes(-1);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxMemoryBytes");
  }
}
