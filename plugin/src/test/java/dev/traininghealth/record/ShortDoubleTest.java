package dev.traininghealth.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShortDoubleTest {

  @ParameterizedTest
  @ValueSource(doubles = {0.0, -0.0, 1, -1, 0.5, 128, 1_000_000, 0x1p-1022, 0x1p1000})
  void shouldKeepWhatFits(double value) {
    assertThat(ShortDouble.decode(ShortDouble.encode(value))).isEqualTo((Double) value);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, -0.001, 1e60, 3.4028235e38, 1e-60, 1.7e308, Double.MAX_VALUE})
  void shouldRoundTheRest(double value) {
    double decoded = ShortDouble.decode(ShortDouble.encode(value));
    assertThat(decoded / value).isCloseTo(1, within(0x1p-20));
    assertThat(decoded).isFinite();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.MIN_VALUE, 1e-310, 1e-320})
  void shouldNeverMakeASmallNumberZero(double value) {
    assertThat(ShortDouble.decode(ShortDouble.encode(value))).isGreaterThan(0).isLessThan(3e-308);
    assertThat(ShortDouble.decode(ShortDouble.encode(-value))).isLessThan(0).isGreaterThan(-3e-308);
  }

  @Test
  void shouldTellWhatIsNotFinite() {
    assertThat(ShortDouble.encode(Double.NaN)).isEqualTo(ShortDouble.NAN);
    assertThat(ShortDouble.encode(-0.0 / 0.0)).isEqualTo(ShortDouble.NAN);
    double sameBits = Double.longBitsToDouble((long) ShortDouble.ABSENT << 32);
    assertThat(ShortDouble.encode(sameBits)).as("no value is absent").isEqualTo(ShortDouble.NAN);
    assertThat(ShortDouble.encode(Double.POSITIVE_INFINITY))
        .isEqualTo(ShortDouble.POSITIVE_INFINITY);
    assertThat(ShortDouble.encode(Double.NEGATIVE_INFINITY))
        .isEqualTo(ShortDouble.NEGATIVE_INFINITY);
    assertThat(ShortDouble.isFinite(ShortDouble.NAN)).isFalse();
    assertThat(ShortDouble.isFinite(ShortDouble.ABSENT)).isFalse();
    assertThat(ShortDouble.isFinite(ShortDouble.NEGATIVE_INFINITY)).isFalse();
    assertThat(ShortDouble.isFinite(ShortDouble.encode(-Double.MAX_VALUE))).isTrue();
    assertThat(ShortDouble.decode(ShortDouble.ABSENT)).isNaN();
  }

  @Test
  void shouldRoundToNearestAndKeepOrderForRandomBits() {
    Random random = new Random(5);
    double previous = 1;
    for (int i = 0; i < 200_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (!Double.isFinite(value)) {
        continue;
      }
      double decoded = ShortDouble.decode(ShortDouble.encode(value));
      if (Math.abs(value) > 1e-300) {
        assertThat(Math.abs(decoded - value)).isLessThanOrEqualTo(Math.abs(value) * 0x1p-21 * 2);
      }
      double previousDecoded = ShortDouble.decode(ShortDouble.encode(previous));
      assertThat(Double.compare(decoded, previousDecoded) * Double.compare(value, previous))
          .isNotNegative();
      previous = value;
    }
  }

  /** Half of all means of two neighbors are ties: rounded one way they would drift with merging. */
  @Test
  void shouldRoundTiesToEven() {
    double step = 0x1p-20;
    assertThat(ShortDouble.decode(ShortDouble.encode(1 + step / 2))).isEqualTo(1);
    assertThat(ShortDouble.decode(ShortDouble.encode(1 + step * 3 / 2))).isEqualTo(1 + 2 * step);
  }
}
