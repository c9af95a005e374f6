package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Check;
import dev.traininghealth.text.Message;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How often what the checks of a run have looked at is recorded. */
final class RecordedCoverageTest {
  private final RecordedCoverage coverage = new RecordedCoverage();
  private final AtomicLong last = new AtomicLong();

  private int puts(long rows) {
    coverage.update(rows);
    boolean changed = coverage.isChanged();
    coverage.stored();
    return changed ? 1 : 0;
  }

  private List<Check> checks() {
    return List.of(Check.of("a", 1, 0, last.get(), last.get() + 1));
  }

  @Test
  void shouldBePutSeldomInALongRun() {
    coverage.from(this::checks);
    int puts = 0;
    for (int i = 0; i < 1_000_000; i++) {
      last.set(i);
      puts += puts(i + 1);
    }
    assertThat(puts).isBetween(20, 80);
    assertThat(coverage.latest().checks().get(0).last()).isGreaterThan(750_000);

    coverage.askNext();
    assertThat(puts(1_000_000)).as("at the end").isEqualTo(1);
    assertThat(coverage.latest().checks().get(0).last()).isEqualTo(999_999);
    coverage.askNext();
    assertThat(puts(1_000_000)).as("nothing is new").isZero();
  }

  @Test
  void shouldStayChangedUntilItIsStored() {
    coverage.from(this::checks);
    coverage.update(1);
    coverage.update(1);
    assertThat(coverage.isChanged()).isTrue();
  }

  @Test
  void shouldCutWhatIsTooLongForAPage() {
    String longName = "x".repeat(RecordConversion.MAX_NAME + 1);
    coverage.from(
        () -> Collections.nCopies(1000, Check.missing(longName, Message.literal(longName))));
    coverage.update(1);
    assertThat(coverage.latest().conclusive()).isFalse();
    assertThat(coverage.latest().checks())
        .hasSizeLessThan(1000)
        .allMatch(check -> check.name().length() == RecordConversion.MAX_NAME);
  }
}
