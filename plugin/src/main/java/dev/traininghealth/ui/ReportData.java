package dev.traininghealth.ui;

import dev.traininghealth.read.RecordedRun;
import dev.traininghealth.read.RecordedRuns;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.ui.BaselineData.Baseline;
import dev.traininghealth.ui.Sessions.Found;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonGenerator;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Writes the data of a page that is saved as a file: for each worker what the page shows at first,
 * and its charts in several levels. A level has twice as many columns as the one before. They are
 * those that the server sends for a part of the run, so that the file needs no server.
 */
final class ReportData {
  /**
   * Maximum of bytes of the levels of all workers, uncompressed. A file of this size can be
   * attached to a ticket, and has eight times the resolution of the whole run for a network of ten
   * layers.
   */
  private static final int MAX_BYTES = 4_000_000;

  /**
   * Maximum of bytes of the details of all layers: about fifty layers. Those with a diagnosis come
   * first.
   */
  private static final int MAX_LAYER_BYTES = 2_000_000;

  /** Maximum of workers in a file: each of them has at least the whole run. */
  static final int MAX_WORKERS = 16;

  /** Divisor of the columns of the whole run beyond which they are not reduced further. */
  private static final int MAX_THINNING = 64;

  private final RecordedRuns runs;
  private final PageData pages;
  private final BaselineData baselines;
  private final Sessions baselineSessions;
  private final ObjectMapper json = new ObjectMapper();

  ReportData(Sessions sessions, Sessions baselineSessions, RecordedRuns runs) {
    this.runs = runs;
    this.pages = new PageData(sessions, baselineSessions, runs);
    this.baselines = new BaselineData(runs);
    this.baselineSessions = baselineSessions;
  }

  /** The charts of a run in one resolution. */
  private record Level(String json, int columns, long width) {
    int bytes() {
      return json.getBytes(StandardCharsets.UTF_8).length;
    }
  }

  /** A worker's run and what it is compared with. */
  private record Run(
      Found found, String worker, RecordedRun.State state, @Nullable Baseline baseline) {}

  /**
   * Writes the data.
   *
   * @param found the session
   * @param shown the worker that is shown first, and the baseline run
   */
  String write(Found found, PageRequest shown) throws RequestException, IOException {
    String first = shown.worker();
    List<String> workers = found.workers().stream().limit(MAX_WORKERS).toList();
    List<String> written = new ArrayList<>();
    for (String worker : workers) {
      written.add(worker(found, worker, shown, workers.size()));
    }
    return JsonWriter.object(
        out -> {
          out.writeStringField("session", found.session());
          out.writeStringField(
              "worker", first != null && workers.contains(first) ? first : workers.get(0));
          writeText(out, "baseline", shown.baseline());
          writeText(out, "baselineWorker", shown.baselineWorker());
          out.writeObjectFieldStart("workers");
          for (int i = 0; i < workers.size(); i++) {
            out.writeFieldName(workers.get(i));
            out.writeRawValue(written.get(i));
          }
          out.writeEndObject();
        });
  }

  private static void writeText(JsonGenerator out, String field, @Nullable String value)
      throws IOException {
    if (value != null) {
      out.writeStringField(field, value);
    }
  }

  private String worker(Found found, String worker, PageRequest shown, int workers)
      throws RequestException, IOException {
    String session = shown.baseline();
    RecordedRun.State state = runs.of(found.storage(), found.session(), worker).read();
    Baseline baseline =
        session == null
            ? null
            : baselines.read(
                session,
                baselineSessions.findOrLoad(session),
                Objects.requireNonNullElse(shown.baselineWorker(), worker));
    PageRequest request = request(found, worker, shown, Quantity.GRADIENT_NORM);
    ObjectNode answer = (ObjectNode) json.readTree(pages.reply(request).body());
    Timeline timeline = state.timeline();
    List<Level> levels =
        timeline == null || timeline.isEmpty()
            ? List.of()
            : levels(
                new Run(found, worker, state, baseline), timeline, request, MAX_BYTES / workers);
    Map<Integer, String> layers =
        levels.isEmpty() || timeline == null
            ? Map.of()
            : layers(state, timeline, request, MAX_LAYER_BYTES / workers);
    if (!levels.isEmpty()) {
      // Each level has its charts.
      Iterator<String> charts = json.readTree(levels.get(0).json()).get("charts").fieldNames();
      while (charts.hasNext()) {
        answer.remove(charts.next());
      }
    }
    return JsonWriter.object(
        out -> {
          out.writeFieldName("answer");
          out.writeRawValue(json.writeValueAsString(answer));
          out.writeArrayFieldStart("levels");
          for (Level level : levels) {
            out.writeRawValue(level.json());
          }
          out.writeEndArray();
          out.writeObjectFieldStart("layers");
          for (Map.Entry<Integer, String> layer : layers.entrySet()) {
            out.writeFieldName(String.valueOf(layer.getKey()));
            out.writeRawValue(layer.getValue());
          }
          out.writeEndObject();
        });
  }

  /** What the page shows of each layer by its index, as far as there is room. */
  private static Map<Integer, String> layers(
      RecordedRun.State state, Timeline timeline, PageRequest request, int maxBytes)
      throws IOException {
    Set<Integer> order = new LinkedHashSet<>();
    state.diagnoses().all().forEach(shown -> order.add(shown.diagnosis().layer()));
    int count = timeline.run().layers().size();
    order.removeIf(layer -> layer < 0 || layer >= count);
    for (int layer = 0; layer < count; layer++) {
      order.add(layer);
    }
    Map<Integer, String> layers = new TreeMap<>();
    int room = maxBytes;
    for (int layer : order) {
      LayerData data = new LayerData(timeline, layer, state.histograms());
      String written = JsonWriter.object(out -> data.write(out, request));
      room -= written.getBytes(StandardCharsets.UTF_8).length;
      if (room < 0) {
        break;
      }
      layers.put(layer, written);
    }
    return layers;
  }

  /** The request that the page makes for the whole run of a worker. */
  private static PageRequest request(
      Found found, String worker, PageRequest shown, Quantity quantity) throws RequestException {
    Map<String, @Nullable String> parameters = new HashMap<>();
    parameters.put("worker", worker);
    parameters.put("quantity", quantity.name());
    parameters.put("baseline", shown.baseline());
    parameters.put("baselineWorker", shown.baselineWorker());
    return PageRequest.of(found.session(), parameters::get);
  }

  /** The whole run, and finer levels until each iteration is a column or the file is too large. */
  private List<Level> levels(Run run, Timeline timeline, PageRequest request, int maxBytes)
      throws RequestException, IOException {
    int thinning = 1;
    Level level = level(run, timeline, request, 1, thinning);
    while (level.bytes() > maxBytes && thinning < MAX_THINNING) {
      thinning *= 2;
      level = level(run, timeline, request, 1, thinning);
    }
    List<Level> levels = new ArrayList<>(List.of(level));
    int room = maxBytes - level.bytes();
    int refinement = 1;
    while (level.width() > 1 && thinning == 1 && 2 * level.bytes() <= room) {
      refinement *= 2;
      Level finer = level(run, timeline, request, refinement, 1);
      if (finer.columns() == level.columns()) {
        break; // As it was recorded.
      }
      level = finer;
      levels.add(level);
      room -= level.bytes();
    }
    return levels;
  }

  private Level level(Run run, Timeline timeline, PageRequest request, int refinement, int thinning)
      throws RequestException, IOException {
    List<PageRequest> heatmaps = new ArrayList<>();
    for (Quantity quantity : PageRequest.HEATMAP) {
      if (quantity != request.quantity()) {
        heatmaps.add(request(run.found(), run.worker(), request, quantity));
      }
    }
    ChartData charts = new ChartData(timeline, request, refinement, thinning);
    Baseline baseline = run.baseline();
    String written =
        JsonWriter.object(
            out -> {
              out.writeObjectFieldStart("charts");
              charts.write(out);
              if (baseline != null) {
                baselines.write(out, baseline, run.found(), run.worker(), run.state(), charts);
              }
              out.writeEndObject();
              out.writeObjectFieldStart("heatmaps");
              for (PageRequest heatmap : heatmaps) {
                heatmap(out, timeline, heatmap, refinement, thinning);
              }
              out.writeEndObject();
            });
    return new Level(written, charts.size(), charts.width());
  }

  private static void heatmap(
      JsonGenerator out, Timeline timeline, PageRequest request, int refinement, int thinning)
      throws IOException {
    out.writeFieldName(request.quantity().name());
    out.writeStartObject();
    new ChartData(timeline, request, refinement, thinning).writeHeatmap(out);
    out.writeEndObject();
  }
}
