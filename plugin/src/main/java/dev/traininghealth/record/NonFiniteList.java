package dev.traininghealth.record;

import java.util.ArrayList;
import java.util.List;

/**
 * The non-finite values of one series of a coarse segment, as bytes. A length is followed by a few
 * bytes for each bucket that has any. The list therefore stays small even if a network is
 * non-finite for a million iterations.
 */
final class NonFiniteList {
  private NonFiniteList() {}

  /**
   * Writes the list of a series.
   *
   * @param found the entries in the order of the buckets
   * @param first the first iteration of each bucket
   */
  static void write(PayloadWriter out, List<NonFinite> found, long[] first) {
    int start = out.length();
    out.putInt(0);
    int bucket = 0;
    for (NonFinite entry : found) {
      out.putVarLong(entry.bucket() - bucket);
      bucket = entry.bucket();
      out.putVarLong(entry.nans());
      out.putVarLong(entry.positiveInfinities());
      out.putVarLong(entry.negativeInfinities());
      out.putSignedVarLong(entry.firstIteration() - first[bucket]);
      out.putSignedVarLong(entry.lastIteration() - entry.firstIteration());
    }
    out.putIntAt(start, out.length() - start - 4);
  }

  static boolean isEmpty(byte[] payload, int offset) {
    return payload[offset] == 0
        && payload[offset + 1] == 0
        && payload[offset + 2] == 0
        && payload[offset + 3] == 0;
  }

  /** Reads a list that was {@linkplain #check checked}, or written by this process. */
  static List<NonFinite> read(Segment segment, byte[] payload, int offset) {
    try {
      return parse(segment, payload, offset);
    } catch (RecordException e) {
      throw new IllegalStateException("the plugin cannot read what it wrote", e);
    }
  }

  private static List<NonFinite> parse(Segment segment, byte[] payload, int offset)
      throws RecordException {
    PayloadReader in = new PayloadReader(payload);
    in.skip(offset);
    int end = offset + 4 + in.getInt();
    List<NonFinite> found = new ArrayList<>();
    int bucket = 0;
    while (in.position() < end) {
      bucket += (int) in.getVarLong();
      int nans = (int) in.getVarLong();
      int positive = (int) in.getVarLong();
      int negative = (int) in.getVarLong();
      long first = segment.firstIteration(bucket) + in.getSignedVarLong();
      long last = first + in.getSignedVarLong();
      found.add(new NonFinite(bucket, nans, positive, negative, first, last));
    }
    return found;
  }

  /** Checks that a list from another source can be read: at most one entry per bucket, in order. */
  static void check(byte[] payload, int offset, int buckets) throws RecordException {
    PayloadReader in = new PayloadReader(payload);
    in.skip(offset);
    int end = offset + 4 + in.getInt();
    long bucket = 0;
    boolean first = true;
    while (in.position() < end) {
      long step = in.getVarLong();
      bucket += step;
      boolean wrong = step < (first ? 0 : 1) || step >= buckets || bucket >= buckets;
      for (int i = 0; i < 3; i++) {
        long count = in.getVarLong();
        wrong |= count < 0 || count > Integer.MAX_VALUE;
      }
      in.getSignedVarLong();
      in.getSignedVarLong();
      first = false;
      if (wrong || in.position() > end) {
        throw new RecordException("broken record: its list of NaN and Infinity cannot be read");
      }
    }
  }
}
