package dev.traininghealth.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A record of few bytes must not be able to claim much work. */
final class SegmentLimitsTest {
  /** What a segment of constant columns takes: every bucket of every series is the same. */
  private static byte[] constant(int level, int series, int buckets) {
    PayloadWriter out = head(level, series, buckets);
    for (int s = 0; s < series; s++) {
      for (int column = 0; column < (level == 0 ? 1 : 4); column++) {
        out.putByte(0); // the one value of all entries
        out.putInt(column == 3 ? 1 : 0);
      }
      if (level > 0) {
        out.putInt(0); // nothing that is not finite
      }
    }
    return out.toBytes();
  }

  private static PayloadWriter head(int level, int series, int buckets) {
    PayloadWriter out = new PayloadWriter();
    out.putLong(1);
    out.putLong(0);
    out.putByte(level);
    out.putInt(buckets);
    out.putInt(series);
    for (int b = 0; b < buckets * SegmentFormat.BUCKET_BYTES; b++) {
      out.putByte(0);
    }
    return out;
  }

  @ParameterizedTest
  @CsvSource({"1, 20000, 18000", "0, 100000, 18000", "3, 10, 257", "2, 1000, 256", "1, 50000, 64"})
  void shouldRefuseMoreBucketsThanAWriterMakes(int level, int series, int buckets) {
    byte[] payload = constant(level, series, buckets);

    assertThatThrownBy(() -> Segment.read(payload))
        .isInstanceOf(RecordException.class)
        .hasMessage(
            "broken record: %d buckets of %d series, but at most %d are written",
            buckets, series, SegmentFormat.rowsPerSegment(series));
  }

  /** Cells are what reading expands: at most eight of them a byte, or 32 a series. */
  @ParameterizedTest
  @ValueSource(ints = {1, 10, 781, 782, 6250, 6251, 41_000})
  void shouldBoundTheCellsByTheBytes(int series) throws RecordException {
    int buckets = SegmentFormat.rowsPerSegment(series);
    byte[] payload = constant(1, series, buckets);

    assertThat(Segment.read(payload).buckets()).isEqualTo(buckets);
    assertThat((long) series * buckets).isLessThanOrEqualTo(8L * payload.length);
  }

  /** Each of these entries would be read again for each bucket of its segment. */
  @Test
  void shouldRefuseSeveralNonFiniteEntriesOfOneBucket() {
    for (int step : new int[] {0, 1}) {
      PayloadWriter out = head(1, 1, 2);
      for (int column = 0; column < 3; column++) {
        out.putByte(0);
        out.putInt(ShortDouble.ABSENT);
      }
      out.putByte(0);
      out.putInt(0);
      out.putInt(2 * 6);
      for (int entry = 0; entry < 2; entry++) {
        out.putVarLong(entry == 0 ? 0 : step);
        out.putVarLong(1);
        for (int rest = 0; rest < 4; rest++) {
          out.putVarLong(0);
        }
      }
      byte[] payload = out.toBytes();
      if (step == 0) {
        assertThatThrownBy(() -> Segment.read(payload))
            .isInstanceOf(RecordException.class)
            .hasMessageContaining("list of NaN and Infinity");
      } else {
        assertThat(readable(payload).nonFinite(0)).hasSize(2);
      }
    }
  }

  private static Segment readable(byte[] payload) {
    try {
      return Segment.read(payload);
    } catch (RecordException e) {
      throw new AssertionError(e);
    }
  }
}
