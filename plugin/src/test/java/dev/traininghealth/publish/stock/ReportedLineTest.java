package dev.traininghealth.publish.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.publish.stock.ReportedLine.Point;
import org.junit.jupiter.api.Test;

class ReportedLineTest {
  private static final double ABSENT = Measurement.absent();

  private final ReportedLine line = new ReportedLine(2, true);

  private Point add(long iteration, double first, long firstAt, double second, long secondAt) {
    return line.add(iteration, new double[] {first, second}, new long[] {firstAt, secondAt});
  }

  @Test
  void shouldGiveAMeasuredValueToItsOwnIteration() {
    Point point = add(3, 0.5, 3, 0.25, 3);
    assertThat(point.isComplete()).isTrue();
    assertThat(point.values()).containsExactly(0.5, 0.25);
  }

  @Test
  void shouldShowNoOldValueAsACurrentOne() {
    add(3, 0.5, 3, 0.25, 3);
    Point later = add(4, 0.5, 3, 0.25, 3);
    assertThat(later.isComplete()).isFalse();
    assertThat(later.values()).containsOnly(Double.NaN);
  }

  /** 1 at iteration 0 and 1e-4 at 8: in logarithms half of the way at 4. */
  @Test
  void shouldPutReportsBetweenTwoMeasurementsOnTheLineThatTheChartDraws() {
    add(0, 1, 0, 3, 0);
    Point between = add(4, 1, 0, 3, 0);
    add(10, 1e-4, 8, 3, 9);
    assertThat(between.isComplete()).isTrue();
    assertThat(between.values()[0]).isCloseTo(1e-2, within(1e-12));
    assertThat(between.values()[1]).isEqualTo(3);
  }

  @Test
  void shouldDrawOtherChartsAsTheyAre() {
    ReportedLine means = new ReportedLine(1, false);
    means.add(0, new double[] {-1}, new long[] {0});
    Point between = means.add(1, new double[] {-1}, new long[] {0});
    means.add(4, new double[] {3}, new long[] {4});
    assertThat(between.values()).containsExactly(0.0);
  }

  /** The pages pair values and reports by position. */
  @Test
  void shouldCompleteReportsInOrder() {
    add(0, 1, 0, 1, 0);
    Point second = add(1, 1, 0, 1, 0);
    Point third = add(2, 2, 2, 1, 0);
    assertThat(second.isComplete()).as("one value is missing").isFalse();
    assertThat(third.isComplete()).isFalse();
    add(3, 2, 2, 5, 3);
    assertThat(second.isComplete()).isTrue();
    assertThat(third.isComplete()).isTrue();
    assertThat(third.values()[0]).isEqualTo(2);
  }

  @Test
  void shouldNotWaitForWhatIsNeverMeasured() {
    Point point = add(0, 1, 0, ABSENT, -1);
    assertThat(point.isComplete()).isTrue();
    assertThat(point.values()[1]).isNaN();
    assertThat(add(1, 1, 0, ABSENT, -1).isComplete()).isFalse();
  }

  @Test
  void shouldInventNothingBeforeTheFirstMeasurement() {
    add(0, 1, 0, ABSENT, -1);
    Point before = add(1, 1, 0, ABSENT, -1);
    add(2, 1, 0, 5, 2);
    add(4, 3, 4, 7, 4);
    assertThat(before.isComplete()).isTrue();
    assertThat(before.values()[1]).isNaN();
  }

  @Test
  void shouldSurviveAnIterationCountThatIsSetBack() {
    add(100, 1, 100, 1, 100);
    Point open = add(101, 1, 100, 1, 100);
    add(0, 4, 0, 4, 0);
    assertThat(open.isComplete()).isTrue();
    assertThat(open.values()[0]).isBetween(1.0, 4.0);
  }

  @Test
  void shouldStandZero() {
    add(0, 0, 0, 0, 0);
    Point between = add(1, 0, 0, 0, 0);
    add(2, 1, 2, 0, 2);
    assertThat(between.values()).containsExactly(0.5, 0);
  }
}
