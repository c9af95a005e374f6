package dev.traininghealth.ui;

import dev.traininghealth.publish.Segment;
import dev.traininghealth.publish.Segment.NonFinite;
import java.util.List;

/** A segment read by a run's series, which have other columns in segments of earlier versions. */
final class ReadSegment {
  private final Segment segment;
  private final int[] columns;

  /**
   * Reads a segment.
   *
   * @param columns the column of each of the run's series, or -1 where the segment lacks it
   */
  ReadSegment(Segment segment, int[] columns) {
    this.segment = segment;
    this.columns = columns;
  }

  /** Whether it has a series at all. */
  boolean has(int series) {
    return columns[series] >= 0;
  }

  long run() {
    return segment.run();
  }

  int level() {
    return segment.level();
  }

  int buckets() {
    return segment.buckets();
  }

  long timeMillis(int bucket) {
    return segment.timeMillis(bucket);
  }

  int epoch(int bucket) {
    return segment.epoch(bucket);
  }

  long firstIteration(int bucket) {
    return segment.firstIteration(bucket);
  }

  long lastIteration(int bucket) {
    return segment.lastIteration(bucket);
  }

  double min(int series, int bucket) {
    return segment.min(columns[series], bucket);
  }

  double max(int series, int bucket) {
    return segment.max(columns[series], bucket);
  }

  double mean(int series, int bucket) {
    return segment.mean(columns[series], bucket);
  }

  int count(int series, int bucket) {
    return segment.count(columns[series], bucket);
  }

  List<NonFinite> nonFinite(int series) {
    return segment.nonFinite(columns[series]);
  }
}
