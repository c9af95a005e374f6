package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.numbers.SavedNumbers;
import java.util.Random;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

final class DriftStatisticTest {
  private static final double LIMIT = 1_000;

  private final double[] sorted = new double[DriftStatistic.BLOCKS];
  private final Random random = new Random(5);
  private long iteration;

  private DriftStatistic observe(DriftStatistic s, int count, LongToDoubleFunction value) {
    for (int i = 0; i < count; i++) {
      s.observe(value.applyAsDouble(iteration), iteration, LIMIT, sorted);
      iteration++;
    }
    return s;
  }

  @Test
  void shouldSumWhatExceedsTheReferenceByMoreThanTheAllowance() {
    DriftStatistic s = new DriftStatistic(0.1);
    observe(s, 200, i -> 5);
    assertThat(s.reference()).isEqualTo(5);
    assertThat(s.cumulativeSum()).isZero();

    observe(s, 3, i -> 5.2); // two deviations, each less the allowance
    assertThat(s.cumulativeSum()).isCloseTo(3.75, within(1e-9));
    assertThat(s.since()).isEqualTo(200);
    observe(s, 1, i -> 1e9); // an outlier counts three
    assertThat(s.cumulativeSum()).isCloseTo(6, within(1e-9));
    observe(s, 2, i -> 4.9);
    assertThat(s.cumulativeSum()).isCloseTo(2.5, within(1e-9));
    observe(s, 10, i -> 4);
    assertThat(s.cumulativeSum()).isZero();
  }

  @Test
  void shouldHaveNoReferenceBeforeTwelveBlocks() {
    DriftStatistic s = new DriftStatistic(0.1);
    observe(s, 12 * DriftStatistic.BLOCK - 1, i -> i);
    assertThat(s.reference()).isNaN();
    assertThat(s.rise()).isNaN();
    observe(s, 1, i -> i);
    assertThat(s.reference()).isCloseTo(63.5, within(1e-9)); // median of the means of eight blocks
  }

  @Test
  void shouldTakeTheReferenceFromTheRecentPast() {
    DriftStatistic s = new DriftStatistic(0.1);
    observe(s, 3_000, i -> i < 1_500 ? 9 : 2);
    assertThat(s.reference()).isEqualTo(2);

    observe(s, 200, i -> 8); // what is left out does not raise it
    assertThat(s.reference()).isEqualTo(2);
    observe(s, 800, i -> 8);
    assertThat(s.reference()).isEqualTo(8);
  }

  @Test
  void shouldFollowAFallFasterThanARise() {
    DriftStatistic falling = observe(new DriftStatistic(0.1), 600, i -> -0.01 * i);
    iteration = 0;
    DriftStatistic rising = observe(new DriftStatistic(0.1), 600, i -> 0.01 * i);
    assertThat(falling.reference() - falling.recent()).isLessThan(rising.rise());
    assertThat(falling.cumulativeSum()).isZero();
  }

  @Test
  void shouldHaveALargerDeviationForNumbersThatDependOnThoseBefore() {
    DriftStatistic free = observe(new DriftStatistic(1e-9), 768, i -> random.nextGaussian());
    double[] state = {0};
    DriftStatistic dependent =
        observe(
            new DriftStatistic(1e-9),
            768,
            i -> state[0] = 0.9 * state[0] + Math.sqrt(1 - 0.81) * random.nextGaussian());

    assertThat(free.deviation()).isBetween(0.6, 1.7);
    assertThat(dependent.deviation()).isGreaterThan(2 * free.deviation());
  }

  @Test
  void shouldLeaveOutWhatIsNotFinite() {
    DriftStatistic s = observe(new DriftStatistic(0.1), 200, i -> 5);
    observe(s, 100, i -> i % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY);
    assertThat(s.cumulativeSum()).isZero();
    assertThat(s.recent()).isEqualTo(5);
  }

  @Test
  void shouldForget() {
    DriftStatistic s = observe(new DriftStatistic(0.1), 200, i -> 5 + i / 100.0);
    s.reset();
    assertThat(s.reference()).isNaN();
    assertThat(s.cumulativeSum()).isZero();
  }

  @Test
  void shouldRefuseNumbersOfAnotherNetworkOrOutOfRange() {
    DriftStatistic[] two = {new DriftStatistic(1), new DriftStatistic(1)};
    SavedNumbers saved = new SavedNumbers();
    DriftStatistic.save(saved, two);
    DriftStatistic[] one = {new DriftStatistic(1)};
    assertThatIllegalArgumentException().isThrownBy(() -> DriftStatistic.restore(saved, one));

    saved.put("blocks", new int[] {1, DriftStatistic.BLOCKS + 1});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriftStatistic.restore(saved, two))
        .withMessageContaining("there must be 0 to 48 blocks");
  }
}
