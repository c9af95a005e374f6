package dev.traininghealth.read;

import dev.traininghealth.read.Timeline.Row;
import dev.traininghealth.record.Segment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rows of single iterations that are recorded beside a coarser row with the same iterations, as
 * those of the start of a run, and around its diagnoses and interventions.
 */
final class SingleRows {
  /** By run, and there by the index among the rows of the run. */
  private final Map<Long, TreeMap<Long, Row>> byRun = new HashMap<>();

  /**
   * Finds the rows.
   *
   * @param segments all segments
   * @param shown those that hold each row once, in order of recording
   */
  SingleRows(Collection<Segment> segments, List<Segment> shown) {
    for (Segment segment : segments) {
      if (segment.level() == 0 && shown.stream().anyMatch(coarse -> holds(coarse, segment))) {
        TreeMap<Long, Row> rows = byRun.computeIfAbsent(segment.run(), run -> new TreeMap<>());
        for (int bucket = 0; bucket < segment.buckets(); bucket++) {
          rows.put(segment.firstRow() + bucket, Row.of(segment, bucket));
        }
      }
    }
  }

  private static boolean holds(Segment coarse, Segment fine) {
    return coarse.level() > 0
        && coarse.run() == fine.run()
        && coarse.series() == fine.series()
        && coarse.firstRow() <= fine.firstRow()
        && fine.firstRow() + fine.rows() <= coarse.firstRow() + coarse.rows();
  }

  /** {@return the row in its parts; itself if it has no single rows} */
  List<Row> inDetail(Row row) {
    TreeMap<Long, Row> rows = byRun.get(row.segment().run());
    if (rows == null || row.segment().level() == 0) {
      return List.of(row);
    }
    long start = row.segment().firstRow() + row.bucket() * row.resolution();
    long end = start + row.resolution();
    Map<Long, Row> within = rows.subMap(start, end);
    if (within.isEmpty()) {
      return List.of(row);
    }
    List<Row> apart = List.copyOf(within.values());
    List<Row> parts = new ArrayList<>();
    long next = start;
    long nextIteration = row.first();
    boolean isFirst = true;
    for (Map.Entry<Long, Row> each : within.entrySet()) {
      Row single = each.getValue();
      if (each.getKey() > next) {
        parts.add(rest(row, nextIteration, single.first() - 1, apart, isFirst));
        isFirst = false;
      }
      parts.add(single);
      next = each.getKey() + 1;
      nextIteration = single.last() + 1;
    }
    if (next < end) {
      parts.add(rest(row, nextIteration, row.last(), apart, isFirst));
    }
    return parts;
  }

  /** The rest of a row between two iterations, or along all of it if these were set back. */
  private static Row rest(Row row, long first, long last, List<Row> apart, boolean isFirst) {
    boolean isBetween = row.first() <= first && first <= last && last <= row.last();
    return new Row(
        row.segment(),
        row.bucket(),
        isBetween ? first : row.first(),
        isBetween ? last : row.last(),
        apart,
        isFirst);
  }
}
