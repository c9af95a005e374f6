package dev.traininghealth.publish.stock;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.guard.GuardedStorage;
import dev.traininghealth.publish.RecordFixtures;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.common.util.SerializationUtils;

class LazyDescriptionTest {
  private static final String NETWORK = "org.deeplearning4j.nn.multilayer.MultiLayerNetwork";

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();

  private static StockReports reports(Supplier<String> json) {
    return new StockReports(
        RecordFixtures.denseLayout(3), 1_700_000_000_000L, NETWORK, 330, json, "s", "w", true);
  }

  private StatsInitializationReport stored() {
    return (StatsInitializationReport)
        requireNonNull(storage.getStaticInfo("s", StatsListener.TYPE_ID, "w"));
  }

  @Test
  void shouldWriteTheConfigurationWhenSomebodyReadsItFromMemory() {
    AtomicInteger written = new AtomicInteger();
    StockReports counting = counting(written);
    GuardedStorage guarded = new GuardedStorage(storage);
    counting.announce(guarded);
    counting.announce(guarded);
    StatsInitializationReport report = stored();
    assertThat(report.getModelClassName()).isEqualTo(NETWORK);
    assertThat(written).hasValue(0);
    SbeStatsInitializationReport decoded = new SbeStatsInitializationReport();
    decoded.decode(report.encode());
    assertThat(decoded.getModelConfigJson()).isEqualTo("{}");
    assertThat(report.getModelConfigJson()).isEqualTo("{}");
    assertThat(copy(report))
        .hasSameClassAs(decoded)
        .extracting(StatsInitializationReport::getModelConfigJson)
        .isEqualTo("{}");
    assertThat(written).hasValue(1);
  }

  @Test
  void shouldGiveOtherStoragesDl4jsOwnClass() {
    AtomicInteger written = new AtomicInteger();
    StatsStorage subclass = new InMemoryStatsStorage() {};
    counting(written).announce(new GuardedStorage(subclass));
    assertThat(written).hasValue(1);
    assertThat(subclass.getStaticInfo("s", StatsListener.TYPE_ID, "w"))
        .hasSameClassAs(new SbeStatsInitializationReport());
  }

  @Test
  void shouldLeaveOutAConfigurationThatCannotBeWritten() {
    StockReports failing =
        reports(
            () -> {
              throw new IllegalStateException("a layer of the user's");
            });
    failing.announce(new GuardedStorage(storage));
    StatsInitializationReport report = stored();
    assertThat(report.getModelConfigJson()).isEmpty();
  }

  @Test
  void shouldNotKeepTheReportsInMemory() throws InterruptedException {
    WeakReference<StockReports> reports = announced();
    for (int i = 0; i < 50 && reports.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(reports.get()).isNull();
    assertThat(stored().getModelConfigJson()).isEqualTo("{}");
  }

  private WeakReference<StockReports> announced() {
    StockReports reports = reports(() -> "{}");
    reports.announce(new GuardedStorage(storage));
    return new WeakReference<>(reports);
  }

  private static StatsInitializationReport copy(StatsInitializationReport report) {
    return SerializationUtils.fromByteArray(SerializationUtils.toByteArray(report));
  }

  private StockReports counting(AtomicInteger written) {
    return reports(
        () -> {
          written.incrementAndGet();
          return "{}";
        });
  }
}
