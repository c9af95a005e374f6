package dev.traininghealth.publish;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.ParameterRole;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentMerger;
import dev.traininghealth.record.SegmentRecord;
import dev.traininghealth.record.SegmentRows;
import dev.traininghealth.record.Series.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes records without a recorder, for the tests of those who read them. */
public final class RecordFixtures {
  private RecordFixtures() {}

  /** A network of dense layers, each named by its index, with {@code W} and {@code b}. */
  public static NetworkLayout denseLayout(int layers) {
    List<NetworkLayout.Layer> ls = new ArrayList<>();
    List<NetworkLayout.Parameter> ps = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      ls.add(new NetworkLayout.Layer("layer" + i, "DenseLayer", "tanh", false, 2 * i, 2));
      ps.add(new NetworkLayout.Parameter(i + "_W", "W", i, ParameterRole.WEIGHT, 100, false));
      ps.add(new NetworkLayout.Parameter(i + "_b", "b", i, ParameterRole.BIAS, 10, false));
    }
    return new NetworkLayout("MultiLayerNetwork", ls, ps);
  }

  public static RunDescription denseRun(int layers) {
    return run(denseLayout(layers), 1_000, Map.of("costBudget", "0.02"));
  }

  public static RunDescription run(
      NetworkLayout layout, long startMillis, Map<String, String> settings) {
    return RecordConversion.run(layout, startMillis, settings);
  }

  public static RunRecord runRecord(String sessionId, String workerId, RunDescription run) {
    return new RunRecord(sessionId, workerId, run.startMillis(), run);
  }

  /** A segment record under a key; the timestamp is what storages take for it. */
  public static SegmentRecord segmentRecord(
      String sessionId, String workerId, long key, Segment segment) {
    return new SegmentRecord(sessionId, workerId, key, segment);
  }

  public static SegmentRecord absorbed(String sessionId, String workerId, long key) {
    return SegmentRecord.merged(sessionId, workerId, key);
  }

  /** The next coarser segment of two neighbors with an even number of rows each. */
  public static Segment merge(Segment first, Segment second) {
    return new SegmentMerger().merge(List.of(first, second));
  }

  public static Rows rows(RunDescription run) {
    return new Rows(run);
  }

  /**
   * Rows for one segment after the other. {@code rows(run).row(0).set(SCORE, RUN, 0, 0.5).row(1)…
   * .segment()}; further rows make the next segment of the run.
   */
  public static final class Rows {
    private final RunDescription run;
    private final SegmentRows rows;
    private long firstRow;

    private Rows(RunDescription run) {
      this.run = run;
      this.rows = new SegmentRows(run.series().size(), 4096);
    }

    /** Begins a row: an iteration at which nothing was measured yet. */
    public Rows row(long iteration) {
      return row(iteration, run.startMillis() + 10 * iteration, 0);
    }

    public Rows row(long iteration, long timeMillis, int epoch) {
      rows.add(iteration, timeMillis, epoch);
      return this;
    }

    /** Sets a value of the row begun last. */
    public Rows set(Quantity quantity, Scope scope, int index, double value) {
      int series = run.indexOf(quantity, scope, index);
      if (series < 0) {
        throw new IllegalArgumentException("no series " + quantity + " " + scope + " " + index);
      }
      return set(series, value);
    }

    public Rows set(int series, double value) {
      if (!Measurement.isAbsent(value)) {
        rows.set(series, value);
      }
      return this;
    }

    /** The rows since the last call as a segment of level 0. */
    public Segment segment() {
      Segment segment = rows.toSegment(run.startMillis(), firstRow);
      firstRow += rows.count();
      rows.clear();
      return segment;
    }
  }
}
