package dev.traininghealth.lines;

import dev.traininghealth.json.BoundedJson;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.SegmentFormat;
import dev.traininghealth.record.SegmentRecord;
import dev.traininghealth.record.SegmentRows;
import dev.traininghealth.record.Series;
import dev.traininghealth.record.Series.Scope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.deeplearning4j.core.storage.StatsStorage;

/**
 * Puts the iterations of one run into a storage. A line of several iterations becomes one of the
 * last of them.
 */
final class RowReader {
  private final RunDescription run;
  private final String session;
  private final String worker;
  private final StatsStorage storage;
  private final LongSupplier newKey;
  private final Map<Series, Integer> columns = new HashMap<>();
  private final SegmentRows rows;
  private long firstRow;

  RowReader(
      RunDescription run,
      String session,
      String worker,
      StatsStorage storage,
      LongSupplier newKey) {
    this.run = run;
    this.session = session;
    this.worker = worker;
    this.storage = storage;
    this.newKey = newKey;
    for (int i = 0; i < run.series().size(); i++) {
      columns.put(run.series().get(i), i);
    }
    int series = run.series().size();
    rows = new SegmentRows(series, SegmentFormat.rowsPerSegment(series));
  }

  /** {@return the run} */
  RunDescription run() {
    return run;
  }

  /** Adds an iteration, or further values of the last one. */
  void add(Map<String, Object> line) throws RecordException {
    long iteration = wholeNumber(line, LineNames.ITERATION, Long.MAX_VALUE);
    boolean isNew =
        rows.count() == 0
            || rows.lastIteration() != iteration
            || line.containsKey(LineNames.of(Quantity.SCORE));
    if (isNew) {
      if (rows.isFull()) {
        end();
      }
      rows.add(
          iteration,
          wholeNumber(line, LineNames.TIME_MILLIS, Long.MAX_VALUE),
          (int) wholeNumber(line, LineNames.EPOCH, Integer.MAX_VALUE));
    }
    set(line, Scope.RUN, 0);
    for (Scope scope : List.of(Scope.LAYER, Scope.PARAMETER)) {
      if (line.get(LineNames.fieldOf(scope)) instanceof List<?> each) {
        for (Object fields : each) {
          if (fields instanceof Map<?, ?> map
              && map.get(LineNames.INDEX) instanceof Long index
              && index >= 0
              && index <= Integer.MAX_VALUE) {
            set(map, scope, index.intValue());
          }
        }
      }
    }
  }

  private void set(Map<?, ?> fields, Scope scope, int index) {
    for (Map.Entry<?, ?> field : fields.entrySet()) {
      Quantity quantity = LineNames.quantitiesByName().get(String.valueOf(field.getKey()));
      Double value = quantity == null ? null : BoundedJson.number(field.getValue());
      Integer column =
          value == null || quantity == null
              ? null
              : columns.get(new Series(quantity, scope, index));
      if (column != null && value != null) {
        rows.set(column, value);
      }
    }
  }

  /** Puts the iterations that have not been put. */
  void end() {
    if (rows.count() > 0) {
      storage.putUpdate(
          new SegmentRecord(
              session, worker, newKey.getAsLong(), rows.toSegment(run.startMillis(), firstRow)));
      firstRow += rows.count();
      rows.clear();
    }
  }

  private static long wholeNumber(Map<String, Object> line, String name, long max)
      throws RecordException {
    if (line.get(name) instanceof Long number && number >= 0 && number <= max) {
      return number;
    }
    throw new RecordException("its " + name + " is no whole number up to " + max);
  }
}
