package dev.traininghealth.guard;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.traininghealth.guard.MemoryBudget.Use;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class MemoryBudgetTest {
  private final Logger log = (Logger) LoggerFactory.getLogger(MemoryBudget.class);
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private long left = 1_000_000;

  @BeforeEach
  void listen() {
    appender.start();
    log.addAppender(appender);
  }

  @AfterEach
  void stop() {
    log.detachAppender(appender);
  }

  private List<String> messages() {
    return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private MemoryBudget budget(long maxBytes) {
    return new MemoryBudget(maxBytes, () -> left);
  }

  @Test
  void shouldLetUsesShareTheLimit() {
    MemoryBudget budget = budget(100);
    assertThat(budget.take(Use.FROZEN_BASELINE, 60)).isTrue();
    assertThat(budget.take(Use.TRIAL_NETWORK, 41)).isFalse();
    assertThat(budget.take(Use.TRIAL_NETWORK, 40)).isTrue();
    budget.giveBack(Use.TRIAL_NETWORK, 40);
    assertThat(budget.taken(Use.TRIAL_NETWORK)).isZero();
    assertThat(budget.take(Use.FAILURE_BUNDLES, 40)).isTrue();
  }

  @Test
  void shouldTakeHalfOfWhatIsLeftAtTheFirstRequestByDefault() {
    MemoryBudget budget = budget(0);
    left = 400;
    assertThat(budget.take(Use.FROZEN_BASELINE, 100)).isTrue();
    left = 10_000;
    assertThat(budget.limit()).isEqualTo(200);
    assertThat(budget.take(Use.REVIEW, 101)).isFalse();
  }

  @Test
  void shouldRefuseWhatTheProcessDoesNotHave() {
    MemoryBudget budget = budget(1_000);
    left = 10;
    assertThat(budget.take(Use.TRIAL_NETWORK, 11)).isFalse();
    left = -1;
    assertThat(budget.take(Use.TRIAL_NETWORK, 1)).isFalse();
    left = 11;
    assertThat(budget.take(Use.TRIAL_NETWORK, 11)).isTrue();
  }

  @Test
  void shouldGrantFewerCopiesButNotTooFew() {
    MemoryBudget budget = budget(100);
    assertThat(budget.takeUnits(Use.TRIAL_MINIBATCHES, 10, 3, 8)).isEqualTo(8);
    assertThat(budget.takeUnits(Use.MORE_SNAPSHOTS, 10, 1, 8)).isEqualTo(2);
    assertThat(budget.takeUnits(Use.REVIEW, 10, 1, 8)).isZero();
    assertThat(budget.taken(Use.MORE_SNAPSHOTS)).isEqualTo(20);
  }

  @Test
  void shouldKeepMemoryForAMoreImportantUse() {
    MemoryBudget budget = budget(100);
    budget.expect(Use.FROZEN_BASELINE, 50);
    assertThat(budget.takeUnits(Use.TRIAL_MINIBATCHES, 10, 1, 10)).isEqualTo(5);
    assertThat(budget.take(Use.FROZEN_BASELINE, 50)).isTrue();
  }

  @Test
  void shouldNotKeepMemoryForALessImportantUseOrOneThatDoesNotFit() {
    MemoryBudget budget = budget(100);
    budget.expect(Use.FROZEN_BASELINE, 50);
    assertThat(budget.take(Use.START_SNAPSHOTS, 80)).isTrue();
    assertThat(budget.take(Use.TRIAL_MINIBATCHES, 20)).isTrue();
    assertThat(budget.take(Use.FROZEN_BASELINE, 50)).isFalse();
  }

  @Test
  void shouldNameSettingSizeAndLossOnceForEachUse() {
    MemoryBudget budget = budget(5_000_000);
    budget.take(Use.FROZEN_BASELINE, 156_000_000);
    budget.take(Use.FROZEN_BASELINE, 156_000_000);
    budget.take(Use.TRIAL_NETWORK, 10_000_000);
    List<String> warnings =
        appender.list.stream()
            .filter(e -> e.getLevel().levelStr.equals("WARN"))
            .map(ILoggingEvent::getFormattedMessage)
            .toList();
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(0))
        .contains("frozen baseline", "156.0 MB", "1.0 MB of the 5.0 MB", "maxMemoryBytes")
        .contains("progress is judged by minibatch scores alone", "-Xmx");
  }

  @Test
  void shouldSayOnceWhatIsTaken() {
    MemoryBudget budget = budget(1_000_000);
    budget.take(Use.START_SNAPSHOTS, 2_000);
    budget.take(Use.FROZEN_BASELINE, 1_000);
    budget.report();
    budget.report();
    assertThat(messages())
        .singleElement()
        .asString()
        .contains("3.0 kB", "1.0 MB", "maxMemoryBytes")
        .contains("snapshot of the start 2.0 kB, frozen baseline 1.0 kB");
  }

  @Test
  void shouldSayNothingIfNothingIsTaken() {
    budget(0).report();
    assertThat(messages()).isEmpty();
  }
}
