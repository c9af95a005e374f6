package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.CapturedLog;
import dev.traininghealth.UnprintableException;
import dev.traininghealth.record.HealthRecord;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

/** One storage that cannot be read, and one damaged record, leave the other sessions shown. */
class SessionsTest {
  private static final long NOW = 1_700_000_100_000L;

  private final InMemoryStatsStorage good = new InMemoryStatsStorage();

  private static final class Broken extends InMemoryStatsStorage {
    @Override
    public List<String> listSessionIDs() {
      throw new IllegalStateException("planned");
    }

    @Override
    public boolean sessionExists(String session) {
      throw new IllegalStateException("planned");
    }
  }

  /** Throws what cannot even be printed. */
  private static final class Unprintable extends InMemoryStatsStorage {
    @Override
    public List<String> listSessionIDs() {
      throw new UnprintableException();
    }

    @Override
    public boolean sessionExists(String session) {
      throw new UnprintableException();
    }
  }

  private static void record(InMemoryStatsStorage storage, String session, long start) {
    new SimulatedTraining(storage, session, start, "first", "second").iterate(3);
  }

  @Test
  void shouldSkipAStorageThatCannotBeReadAndListIt() {
    record(good, "good", 1_700_000_000_000L);
    Sessions sessions = new Sessions(() -> List.of(good, new Broken()), session -> false);
    assertThat(Objects.requireNonNull(sessions.latest()).session()).isEqualTo("good");
    assertThat(Objects.requireNonNull(sessions.find("good")).storage()).isSameAs(good);
    assertThat(sessions.find("other")).isNull();
  }

  @Test
  void shouldListTheProblemUntilTheStorageCanBeRead() {
    Broken broken = new Broken();
    Sessions sessions = new Sessions(() -> List.of(good, broken), session -> false);
    assertThat(sessions.problems()).isEmpty();
    sessions.latest();
    assertThat(sessions.problems())
        .containsExactly(
            "The storage Broken cannot be read: java.lang.IllegalStateException: planned");
  }

  @Test
  void shouldListAStorageWhoseExceptionCannotBePrinted() {
    record(good, "good", 1_700_000_000_000L);
    Unprintable unprintable = new Unprintable();
    Sessions sessions = new Sessions(() -> List.of(good, unprintable), session -> false);
    try (CapturedLog log = new CapturedLog(Sessions.class.getName())) {
      assertThat(Objects.requireNonNull(sessions.latest()).session()).isEqualTo("good");
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains("The storage Unprintable cannot be read", "UnprintableException");
    }
    assertThat(sessions.problems())
        .containsExactly(
            "The storage Unprintable cannot be read: " + UnprintableException.class.getName());
  }

  @Test
  void shouldNotOpenARunThatStartsInTheFarFuture() {
    record(good, "absurd", Long.MAX_VALUE / 2);
    record(good, "good", 1_700_000_000_000L);
    Sessions sessions = new Sessions(() -> List.of(good), session -> false, () -> NOW);
    assertThat(Objects.requireNonNull(sessions.latest()).session()).isEqualTo("good");
    List<Persistable> runs = good.getAllStaticInfos("absurd", HealthRecord.TYPE_ID);
    assertThat(runs).isNotEmpty();
  }

  @Test
  void shouldOpenARunOfTheFutureIfThereIsNoOther() {
    record(good, "absurd", Long.MAX_VALUE / 2);
    Sessions sessions = new Sessions(() -> List.of(good), session -> false, () -> NOW);
    assertThat(Objects.requireNonNull(sessions.latest()).session()).isEqualTo("absurd");
  }

  @Test
  void shouldFindARunByTheSessionOfItsStockPages() {
    record(good, "a/<b>", 1_700_000_000_000L);
    Sessions sessions = new Sessions(() -> List.of(good), session -> false);
    assertThat(Objects.requireNonNull(sessions.find("a~2F~3Cb~3E")).session()).isEqualTo("a/<b>");
    assertThat(Objects.requireNonNull(sessions.find("a/<b>")).session()).isEqualTo("a/<b>");
    assertThat(sessions.find("a~2F")).isNull();
  }
}
