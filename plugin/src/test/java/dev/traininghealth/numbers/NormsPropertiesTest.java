package dev.traininghealth.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Norms against exact decimal numbers, over all magnitudes that a double has. */
final class NormsPropertiesTest {
  private static final MathContext EXACTLY = new MathContext(40);
  private static final BigDecimal MAX = new BigDecimal(Double.MAX_VALUE);

  @Provide
  Arbitrary<List<Double>> parts() {
    Arbitrary<Double> ofAnyMagnitude =
        Arbitraries.integers()
            .between(Double.MIN_EXPONENT - 52, Double.MAX_EXPONENT)
            .flatMap(
                exponent ->
                    Arbitraries.doubles()
                        .between(1, 1.999)
                        .ofScale(9)
                        .map(m -> Math.scalb(m, exponent)));
    return Arbitraries.oneOf(
            ofAnyMagnitude, Arbitraries.of(0.0, Double.MIN_VALUE, Double.MAX_VALUE))
        .list()
        .ofMaxSize(12);
  }

  private static double[] array(List<Double> parts) {
    return parts.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static List<Double> reversed(List<Double> parts) {
    List<Double> copy = new ArrayList<>(parts);
    Collections.reverse(copy);
    return copy;
  }

  @Property(tries = 500, seed = "5")
  void shouldBeTheRootOfTheSumOfSquares(@ForAll("parts") List<Double> parts) {
    BigDecimal squares =
        parts.stream()
            .map(part -> new BigDecimal(part).pow(2))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal exact = squares.sqrt(EXACTLY);

    double norm = Norms.join(array(parts));

    if (exact.compareTo(MAX) > 0) {
      assertThat(norm).isGreaterThanOrEqualTo(Double.MAX_VALUE);
    } else {
      double expected = exact.doubleValue();
      assertThat(norm).isCloseTo(expected, within(1e-14 * expected + 2 * Double.MIN_VALUE));
    }
  }

  @Property(tries = 500, seed = "5")
  void shouldNotDependOnTheOrder(@ForAll("parts") List<Double> parts) {
    double[] reversed = array(reversed(parts));
    double[] sorted = array(parts);
    Arrays.sort(sorted);

    double norm = Norms.join(reversed);

    if (Double.isFinite(norm)) {
      assertThat(Norms.join(sorted)).isCloseTo(norm, within(1e-14 * norm));
    }
  }

  @Property(tries = 500, seed = "5")
  void shouldShowWhatIsNotFinite(
      @ForAll("parts") List<Double> parts, @ForAll boolean nan, @ForAll int at) {
    double bad = nan ? Double.NaN : Double.POSITIVE_INFINITY;
    double[] all = array(parts);
    double[] with = Arrays.copyOf(all, all.length + 1);
    int index = Math.floorMod(at, with.length);
    with[all.length] = with[index];
    with[index] = bad;

    assertThat(Norms.join(with)).isEqualTo((Double) bad);
  }
}
