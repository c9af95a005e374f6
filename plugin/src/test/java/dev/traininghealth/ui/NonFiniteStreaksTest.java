package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.record.NonFinite;
import dev.traininghealth.ui.NonFiniteStreaks.Streak;
import org.junit.jupiter.api.Test;

final class NonFiniteStreaksTest {
  private final NonFiniteStreaks runs = new NonFiniteStreaks();

  private void nan(long iteration) {
    runs.add(new NonFinite(0, 1, 0, 0, iteration, iteration), false);
    runs.interrupt();
  }

  @Test
  void shouldJoinTheClosestFirstWhenThereAreTooMany() {
    nan(10);
    nan(100);
    nan(102);
    nan(500);
    runs.mergeTo(3);

    assertThat(runs.list())
        .containsExactly(
            new Streak(10, 10, 1, 0, 0),
            new Streak(100, 102, 2, 0, 0),
            new Streak(500, 500, 1, 0, 0));
  }

  @Test
  void shouldKeepEveryCountHoweverFewRunsAreLeft() {
    for (int i = 0; i < 10_000; i++) {
      nan(7L * i);
    }
    runs.mergeTo(100);

    assertThat(runs.list()).hasSizeLessThanOrEqualTo(100);
    assertThat(runs.list().stream().mapToLong(Streak::nans).sum()).isEqualTo(10_000);
    assertThat(runs.list().get(0).first()).isZero();
    assertThat(runs.list().get(runs.list().size() - 1).last()).isEqualTo(69_993);
  }

  @Test
  void shouldTellNanFromInfinity() {
    runs.add(new NonFinite(0, 1, 0, 0, 1, 1), false);
    runs.add(new NonFinite(1, 0, 1, 0, 2, 2), false);

    assertThat(runs.list()).hasSize(2);
  }
}
