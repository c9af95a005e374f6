package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.record.HealthRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Collection;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.core.storage.impl.CollectionStatsStorageRouter;
import org.deeplearning4j.core.storage.impl.RemoteUIStatsStorageRouter;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;

class TrainingHealthListenerTest {
  private final StatsStorage storage = new InMemoryStatsStorage();

  @Test
  void shouldHaveTheDefaultsThatItsJavadocTells() {
    assertThat(TrainingHealthListenerBuilder.DEFAULT_COST_BUDGET).isEqualTo(0.02);
    assertThat(TrainingHealthListenerBuilder.DEFAULT_FLUSH_INTERVAL)
        .isEqualTo(Duration.ofSeconds(1));
    TrainingHealthListener listener = TrainingHealthListener.observing(storage);
    assertThat(listener.getStorageRouter()).isSameAs(storage);
    assertThat(listener.getSessionID()).isNotBlank();
    assertThat(listener.getWorkerID()).isNotBlank();
    assertThat(TrainingHealthListener.observing(storage).getSessionID())
        .isNotEqualTo(listener.getSessionID());
  }

  @Test
  @SuppressWarnings("NullAway") // what callers without a null checker do
  void shouldNameTheValueAndTheRemedyOfABadSetting() {
    TrainingHealthListenerBuilder builder = TrainingHealthListener.builder(storage);
    assertThatThrownBy(() -> builder.sessionId(" ")).hasMessageContaining("sessionId");
    assertThatThrownBy(() -> builder.workerId(null)).hasMessageContaining("workerId");
    assertThatThrownBy(() -> TrainingHealthListener.builder(storage).costBudget(-0.5).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("costBudget")
        .hasMessageContaining("-0.5");
    assertThatThrownBy(
            () ->
                TrainingHealthListener.builder(storage)
                    .flushInterval(Duration.ofMillis(-3))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flushInterval")
        .hasMessageContaining("PT-0.003S");
  }

  @Test
  void shouldCloneForAnotherWorkerOfTheSession() {
    TrainingHealthListener listener =
        TrainingHealthListener.builder(storage).sessionId("s").workerId("w").build();
    TrainingHealthListener clone = listener.clone();
    assertThat(clone.getSessionID()).isEqualTo("s");
    assertThat(clone.getWorkerID()).isNotEqualTo("w");
    assertThat(clone.getStorageRouter()).isSameAs(storage);
    clone.setSessionID("t");
    clone.setWorkerID("v");
    assertThat(listener.getSessionID()).isEqualTo("s");
    assertThat(clone.getWorkerID()).isEqualTo("v");
  }

  @Test
  void shouldRecordUnderTheIdsThatItHas() {
    TrainingHealthListener listener =
        TrainingHealthListener.builder(storage).sessionId("session").workerId("one").build();
    MultiLayerNetwork net = trained(listener);
    listener.setWorkerID("two");
    net.fit(Networks.MLP.data(DataType.FLOAT).get(0));
    listener.close();
    assertThat(storage.listWorkerIDsForSessionAndType("session", HealthRecord.TYPE_ID))
        .containsExactlyInAnyOrder("one", "two");
    assertThat(storage.listWorkerIDsForSessionAndType("session", StatsListener.TYPE_ID))
        .containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void shouldShareASessionWithAStatsListenerThatFillsTheStockPages() {
    TrainingHealthListener listener =
        TrainingHealthListener.builder(storage)
            .sessionId("s")
            .workerId("w")
            .stockPages(false)
            .build();
    trained(listener);
    listener.flush();
    assertThat(storage.getStaticInfo("s", StatsListener.TYPE_ID, "w")).isNotNull();
    assertThat(storage.getAllUpdatesAfter("s", StatsListener.TYPE_ID, "w", 0)).isEmpty();
    assertThat(storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", 0)).isNotEmpty();
  }

  @Test
  void shouldTravelWithAStorageThatTravelsAndWithoutOneThatDoesNot() throws Exception {
    TrainingHealthListener remote =
        TrainingHealthListener.builder(new RemoteUIStatsStorageRouter("http://localhost:1"))
            .sessionId("s")
            .build();
    trained(TrainingHealthListener.observing(storage)); // natives are loaded
    assertThat(copied(remote).getStorageRouter()).isInstanceOf(RemoteUIStatsStorageRouter.class);
    assertThat(copied(remote).getSessionID()).isEqualTo("s");

    TrainingHealthListener inMemory = TrainingHealthListener.observing(storage);
    trained(inMemory); // with all that a running listener holds
    TrainingHealthListener copy = copied(inMemory);
    assertThat(copy.getStorageRouter()).isNull();
    assertThatCode(() -> trained(copy)).doesNotThrowAnyException();
    StatsStorage another = new InMemoryStatsStorage();
    copy.setStorageRouter(another);
    trained(copy);
    copy.flush();
    assertThat(another.listSessionIDs()).containsExactly(inMemory.getSessionID());
  }

  @Test
  void shouldTrainOnWhenTheStorageFails() {
    TrainingHealthListener listener =
        TrainingHealthListener.observing(
            new CollectionStatsStorageRouter(null, null, null) {
              @Override
              public void putUpdate(Collection<? extends Persistable> updates) {
                throw new IllegalStateException("disk full");
              }

              @Override
              public void putStorageMetaData(StorageMetaData metaData) {
                throw new IllegalStateException("disk full");
              }
            });
    assertThatCode(() -> trained(listener)).doesNotThrowAnyException();
    assertThatCode(listener::close).doesNotThrowAnyException();
  }

  @Test
  void shouldStartAgainAfterItWasClosed() {
    TrainingHealthListener listener =
        TrainingHealthListener.builder(storage).sessionId("s").build();
    MultiLayerNetwork net = trained(listener);
    listener.close();
    listener.close();
    int before = storage.getNumUpdateRecordsFor("s");
    net.fit(Networks.MLP.data(DataType.FLOAT).get(0));
    listener.flush();
    assertThat(storage.getNumUpdateRecordsFor("s")).isGreaterThan(before);
  }

  private static MultiLayerNetwork trained(TrainingHealthListener listener) {
    MultiLayerNetwork net = Networks.MLP.create(new Sgd(0.1), DataType.FLOAT);
    net.setListeners(listener);
    Networks.MLP.data(DataType.FLOAT).forEach(net::fit);
    return net;
  }

  private static TrainingHealthListener copied(TrainingHealthListener listener)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(listener);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (TrainingHealthListener) in.readObject();
    }
  }
}
