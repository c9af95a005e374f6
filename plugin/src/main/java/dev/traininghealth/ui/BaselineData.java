package dev.traininghealth.ui;

import dev.traininghealth.compare.ComparedSeries;
import dev.traininghealth.compare.ConfigurationDifference;
import dev.traininghealth.compare.Recording;
import dev.traininghealth.compare.RunComparer;
import dev.traininghealth.compare.RunComparison;
import dev.traininghealth.read.RecordedRun;
import dev.traininghealth.read.RecordedRuns;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.Series.Scope;
import dev.traininghealth.text.Message;
import dev.traininghealth.ui.Sessions.Found;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonGenerator;

/** The baseline run that was chosen on the page: its lines, and the comparison with the run. */
final class BaselineData {
  private static final int MAX_COLUMNS = 256;

  /** Maximum of compared series: two for each layer of a deep network. */
  private static final int MAX_SERIES = 150;

  private static final int MAX_DIFFERENCES = 50;

  private static final int MAX_STREAKS = 16;

  /** Maximum of lines of learning rates; most networks have one. */
  private static final int MAX_RATES = 4;

  /** Maximum of kept comparisons: one for each page that is shown at the same time. */
  private static final int MAX_COMPARISONS = 16;

  private static final List<Quantity> LINES =
      List.of(Quantity.SCORE, Quantity.VALIDATION_SCORE, Quantity.GRADIENT_NORM);

  private final RecordedRuns runs;
  private final Map<String, RunComparison> comparisons = new LinkedHashMap<>();

  BaselineData(RecordedRuns runs) {
    this.runs = runs;
  }

  /**
   * A baseline run.
   *
   * @param session as it was requested
   * @param found null if no storage has it
   * @param worker its worker; empty without one
   * @param state null without records
   */
  record Baseline(
      String session, @Nullable Found found, String worker, RecordedRun.@Nullable State state) {
    /** Changes with the records. */
    String version() {
      RecordedRun.State present = state;
      return session + "-" + worker + "-" + (present == null ? "" : present.version());
    }

    private @Nullable Timeline timeline() {
      RecordedRun.State present = state;
      Timeline timeline = present == null ? null : present.timeline();
      return timeline == null || timeline.isEmpty() ? null : timeline;
    }

    private @Nullable Recording recording() {
      return found == null || state == null
          ? null
          : Recording.of(state, found.storage(), found.session(), worker);
    }
  }

  /**
   * Reads a baseline run: the worker of the same name, or the first one.
   *
   * @param found null if no storage has the session
   */
  Baseline read(String session, @Nullable Found found, String worker) {
    List<String> workers = found == null ? List.of() : found.workers();
    if (found == null || workers.isEmpty()) {
      return new Baseline(session, null, "", null);
    }
    String of = workers.contains(worker) ? worker : workers.get(0);
    return new Baseline(session, found, of, runs.of(found.storage(), found.session(), of).read());
  }

  private synchronized RunComparison comparison(
      Baseline baseline, Found run, String worker, RecordedRun.State state) {
    String key = baseline.version() + " " + state.version();
    RunComparison comparison = comparisons.remove(key);
    if (comparison == null) {
      comparison =
          RunComparer.compare(
              baseline.recording(), Recording.of(state, run.storage(), run.session(), worker));
    }
    comparisons.put(key, comparison);
    if (comparisons.size() > MAX_COMPARISONS) {
      comparisons.remove(comparisons.keySet().iterator().next());
    }
    return comparison;
  }

  /** Writes the baseline run as a field; its lines are at the iterations of the run. */
  void write(
      JsonGenerator out,
      Baseline baseline,
      Found run,
      String worker,
      RecordedRun.State state,
      ChartData charts)
      throws IOException {
    RunComparison comparison = comparison(baseline, run, worker, state);
    out.writeObjectFieldStart("baseline");
    out.writeStringField("session", baseline.session());
    out.writeStringField("worker", baseline.worker());
    out.writeObjectFieldStart("comparison");
    comparison(out, comparison);
    out.writeEndObject();
    RecordedRun.State read = baseline.state();
    PageData.unreadable(out, List.of(), read == null ? Map.of() : read.problems());
    Timeline timeline = baseline.timeline();
    if (timeline != null) {
      lines(out, timeline, comparison.iterationRatio(), charts);
    }
    out.writeEndObject();
  }

  private static void comparison(JsonGenerator out, RunComparison comparison) throws IOException {
    out.writeBooleanField("possible", comparison.isPossible());
    out.writeBooleanField("departs", comparison.departs());
    DiagnosisData.message(out, "message", comparison.message());
    out.writeArrayFieldStart("notes");
    for (Message note : comparison.notes()) {
      out.writeStartObject();
      DiagnosisData.message(out, "message", note);
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("series");
    for (ComparedSeries s : comparison.series().stream().limit(MAX_SERIES).toList()) {
      series(out, s);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("differences");
    List<ConfigurationDifference> differences = comparison.differences();
    for (ConfigurationDifference d : differences.stream().limit(MAX_DIFFERENCES).toList()) {
      out.writeStartObject();
      out.writeStringField("setting", d.setting());
      out.writeStringField("baseline", d.baseline());
      out.writeStringField("run", d.run());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeNumberField(
        "omitted",
        Math.max(0, comparison.series().size() - MAX_SERIES)
            + Math.max(0, differences.size() - MAX_DIFFERENCES));
  }

  private static void series(JsonGenerator out, ComparedSeries s) throws IOException {
    out.writeStartObject();
    out.writeStringField("quantity", s.quantity().name());
    out.writeNumberField("layer", s.layer());
    out.writeBooleanField("departs", s.departs());
    out.writeNumberField("iteration", s.iteration());
    JsonWriter.measured(out, "value", s.value());
    JsonWriter.measured(out, "baselineValue", s.baselineValue());
    JsonWriter.measured(out, "factor", s.factor());
    JsonWriter.measured(out, "lastFactor", s.lastFactor());
    out.writeEndObject();
  }

  private static void lines(JsonGenerator out, Timeline timeline, double ratio, ChartData charts)
      throws IOException {
    long from = (long) Math.floor(charts.from() / ratio);
    long to = Math.max(from, (long) Math.ceil(charts.to() / ratio));
    Columns columns = Columns.of(timeline, from, to, charts.thinned(MAX_COLUMNS));
    out.writeObjectFieldStart("columns");
    JsonWriter.longs(out, "first", columns.size(), i -> Math.round(columns.first(i) * ratio));
    JsonWriter.longs(out, "last", columns.size(), i -> Math.round(columns.last(i) * ratio));
    out.writeEndObject();
    out.writeObjectFieldStart("lines");
    for (Quantity quantity : LINES) {
      int column = timeline.column(quantity);
      MergedSeries merged = column < 0 ? null : MergedSeries.of(columns, column, MAX_STREAKS);
      if (merged != null && !merged.isEmpty()) {
        out.writeObjectFieldStart(quantity.name());
        ChartData.series(out, merged);
        out.writeEndObject();
      }
    }
    out.writeEndObject();
    out.writeArrayFieldStart("rates");
    for (MergedSeries rate : rates(timeline, columns)) {
      out.writeStartObject();
      ChartData.series(out, rate);
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  /** The different learning rates of the layers. */
  private static List<MergedSeries> rates(Timeline timeline, Columns columns) {
    List<MergedSeries> rates = new ArrayList<>();
    for (int layer = 0; layer < timeline.run().layers().size(); layer++) {
      int column = timeline.column(Quantity.LEARNING_RATE, Scope.LAYER, layer);
      MergedSeries rate = column < 0 ? null : MergedSeries.of(columns, column, MAX_STREAKS);
      if (rate != null && !rate.isEmpty() && rates.stream().noneMatch(rate::isSameAs)) {
        rates.add(rate);
        if (rates.size() == MAX_RATES) {
          break;
        }
      }
    }
    return rates;
  }
}
