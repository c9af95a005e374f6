package dev.traininghealth.ui;

import dev.traininghealth.read.RecordedRun;
import dev.traininghealth.read.RecordedRuns;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.ui.BaselineData.Baseline;
import dev.traininghealth.ui.Sessions.Found;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Writes the page's data as JSON of bounded size; {@link ChartData} writes its charts.
 *
 * @hidden
 */
public final class PageData {
  /**
   * Maximum of bytes of an answer, uncompressed. Charts are designed to stay well below. Values
   * that spread over many decades take more characters and then have fewer columns.
   */
  private static final int MAX_BYTES = 480_000;

  private static final int MAX_THINNING = 64;

  /** Maximum of other workers whose health is told: fewer than {@link RecordedRuns} keeps. */
  private static final int MAX_OTHER_WORKERS = 15;

  /** The health of a worker that is not shown: of several workers, one alone may have a problem. */
  private record OtherWorker(String name, String status, Map<String, Long> interventions) {}

  /** What an answer is written from. */
  private record Answer(
      Found found,
      String worker,
      List<String> workers,
      List<OtherWorker> others,
      String version,
      RecordedRun.State state,
      List<String> storageProblems,
      @Nullable Baseline baseline,
      List<String> sessions) {}

  /** Maximum of sessions among which a baseline run is chosen, the latest ones. */
  private static final int MAX_BASELINES = 100;

  private final Sessions sessions;
  private final Sessions baselineSessions;
  private final RecordedRuns runs;
  private final BaselineData baselines;

  /**
   * Prepares the data of any page.
   *
   * @param sessions the sessions that can be shown
   * @param runs the recordings that were read
   */
  public PageData(Sessions sessions, RecordedRuns runs) {
    this(sessions, sessions, runs);
  }

  /**
   * Prepares the data of any page.
   *
   * @param baselineSessions the sessions among which a baseline run is looked up
   */
  PageData(Sessions sessions, Sessions baselineSessions, RecordedRuns runs) {
    this.sessions = sessions;
    this.baselineSessions = baselineSessions;
    this.runs = runs;
    this.baselines = new BaselineData(runs);
  }

  /** The answer to a request for the data of a session that no storage has. */
  static RequestException unknownSession(String session) {
    return RequestException.notFound("Unknown session: " + session);
  }

  /**
   * Answers a request for the page's data.
   *
   * @param request its parameters
   * @return the data as JSON
   * @throws RequestException if there is no such session or worker
   * @throws IOException never, because the text is built in memory
   */
  public Reply reply(PageRequest request) throws RequestException, IOException {
    runs.retain(sessions.storages());
    Found found = session(request);
    List<String> storageProblems = sessions.problems();
    if (found == null) {
      return state("empty", null, storageProblems);
    }
    List<String> workers = found.workers();
    if (workers.isEmpty()) {
      return state("noRecords", found.session(), storageProblems);
    }
    String worker = worker(request, found, workers);
    List<OtherWorker> others = others(found, worker, workers);
    RecordedRun.State state = runs.of(found.storage(), found.session(), worker).read();
    Baseline baseline = baseline(request, worker);
    String version = version(state, others, storageProblems, baseline);
    if (version.equals(request.since())) {
      return Reply.json(
          JsonWriter.object(
              out -> {
                out.writeStringField("version", version);
                out.writeBooleanField("unchanged", true);
                out.writeNumberField("now", System.currentTimeMillis());
              }));
    }
    Answer answer =
        new Answer(
            found,
            worker,
            workers,
            others,
            version,
            state,
            storageProblems,
            baseline,
            sessions.recorded(MAX_BASELINES));
    String body;
    int thinning = 1;
    do {
      int thinned = thinning;
      body = JsonWriter.object(out -> write(out, answer, request, thinned));
      thinning *= 2;
    } while (bytes(body) > MAX_BYTES && thinning <= MAX_THINNING);
    return Reply.json(body);
  }

  /**
   * Answers with what was recorded of one layer, for the detail beside the charts.
   *
   * @param request the request, which names the layer
   * @return the answer
   * @throws RequestException if there is no such session, worker or layer
   * @throws IOException if the answer cannot be written
   */
  public Reply layerReply(PageRequest request) throws RequestException, IOException {
    Found found = session(request);
    if (found == null || found.workers().isEmpty()) {
      throw RequestException.notFound("There is no recorded run yet");
    }
    String worker = worker(request, found, found.workers());
    RecordedRun.State state = runs.of(found.storage(), found.session(), worker).read();
    Timeline timeline = state.timeline();
    Long layer = request.layer();
    int layers = timeline == null ? 0 : timeline.run().layers().size();
    if (timeline == null || timeline.isEmpty() || layer == null || layer >= layers) {
      throw RequestException.notFound(
          "Session " + found.session() + " has no recorded layer " + layer + ", but " + layers);
    }
    LayerData recorded = new LayerData(timeline, layer.intValue(), state.histograms());
    String version = state.version();
    boolean unchanged = version.equals(request.since());
    return Reply.json(
        JsonWriter.object(
            out -> {
              out.writeStringField("version", version);
              out.writeBooleanField("unchanged", unchanged);
              if (!unchanged) {
                recorded.write(out, request);
              }
            }));
  }

  /** The baseline run that is requested; null for none. */
  private @Nullable Baseline baseline(PageRequest request, String worker) {
    String session = request.baseline();
    return session == null
        ? null
        : baselines.read(
            session,
            baselineSessions.findOrLoad(session),
            Objects.requireNonNullElse(request.baselineWorker(), worker));
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Answers with the start and the duration of the run, for DL4J's own pages. The answer is empty
   * if they are not known, because a stock page has no place to show an error.
   *
   * @param request its parameters
   * @return start and duration as JSON
   * @throws IOException never, because the text is built in memory
   */
  public Reply runReply(PageRequest request) throws IOException {
    String session = request.session();
    Found found = session == null ? sessions.latest() : sessions.find(session);
    List<String> workers = found == null ? List.of() : found.workers();
    if (found == null || workers.isEmpty()) {
      return Reply.json(JsonWriter.object(out -> {}));
    }
    Timeline timeline = runs.of(found.storage(), found.session(), workers.get(0)).read().timeline();
    return Reply.json(
        JsonWriter.object(
            out -> {
              if (timeline != null) {
                out.writeNumberField("start", timeline.run().startMillis());
                if (!timeline.isEmpty()) {
                  List<Timeline.Row> rows = timeline.asRecorded();
                  out.writeNumberField("last", rows.get(rows.size() - 1).timeMillis());
                }
              }
            }));
  }

  /**
   * Answers with the results of validation by class.
   *
   * @param request its parameters
   * @return a line of CSV for each class and recorded epoch
   * @throws RequestException if session or worker are unknown
   */
  public Reply classesReply(PageRequest request) throws RequestException {
    runs.retain(sessions.storages());
    Found found = session(request);
    List<String> workers = found == null ? List.of() : found.workers();
    if (found == null || workers.isEmpty()) {
      throw RequestException.notFound("There are no records yet");
    }
    String worker = worker(request, found, workers);
    return Reply.csv(
        ClassData.csv(runs.of(found.storage(), found.session(), worker).read().classScores()));
  }

  private @Nullable Found session(PageRequest request) throws RequestException {
    String session = request.session();
    if (session == null) {
      return sessions.latest();
    }
    Found found = sessions.findOrLoad(session);
    if (found == null) {
      throw unknownSession(session);
    }
    return found;
  }

  private static String worker(PageRequest request, Found found, List<String> workers)
      throws RequestException {
    String worker = request.worker();
    if (worker == null) {
      return workers.get(0);
    }
    if (!workers.contains(worker)) {
      throw RequestException.notFound(
          "Session " + found.session() + " has no worker " + worker + ", but " + workers);
    }
    return worker;
  }

  /**
   * The version of an answer; it depends on other workers' health, on unreadable storages and on
   * the baseline run too.
   */
  private static String version(
      RecordedRun.State state,
      List<OtherWorker> others,
      List<String> storageProblems,
      @Nullable Baseline baseline) {
    String besides = baseline == null ? "" : baseline.version();
    return others.isEmpty() && storageProblems.isEmpty() && besides.isEmpty()
        ? state.version()
        : state.version()
            + "-"
            + Integer.toHexString(Objects.hash(others, storageProblems, besides));
  }

  private List<OtherWorker> others(Found found, String shown, List<String> workers) {
    List<OtherWorker> others = new ArrayList<>();
    for (String worker : workers) {
      if (!worker.equals(shown) && others.size() < MAX_OTHER_WORKERS) {
        RecordedRun.State state = runs.of(found.storage(), found.session(), worker).read();
        if (state.timeline() != null) {
          others.add(new OtherWorker(worker, state.status(), state.interventions().applied()));
        }
      }
    }
    return others;
  }

  /** An answer without charts. */
  private static Reply state(String state, @Nullable String session, List<String> storageProblems)
      throws IOException {
    return Reply.json(
        JsonWriter.object(
            out -> {
              head(out, state, session, List.of());
              unreadable(out, storageProblems, Map.of());
            }));
  }

  /** What could not be read: storages, and the records of the run by message. */
  static void unreadable(
      JsonGenerator out, List<String> storageProblems, Map<String, Integer> records)
      throws IOException {
    out.writeArrayFieldStart("unreadable");
    for (String problem : storageProblems) {
      problem(out, problem, 0);
    }
    for (Map.Entry<String, Integer> problem : records.entrySet()) {
      problem(out, problem.getKey(), problem.getValue());
    }
    out.writeEndArray();
  }

  private static void problem(JsonGenerator out, String message, int records) throws IOException {
    out.writeStartObject();
    out.writeStringField("message", message);
    out.writeNumberField("records", records);
    out.writeEndObject();
  }

  private static void head(
      JsonGenerator out, String state, @Nullable String session, List<String> workers)
      throws IOException {
    out.writeStringField("state", state);
    out.writeNumberField("now", System.currentTimeMillis());
    if (session != null) {
      out.writeStringField("session", session);
    }
    out.writeArrayFieldStart("workers");
    for (String worker : workers) {
      out.writeString(worker);
    }
    out.writeEndArray();
  }

  private void write(JsonGenerator out, Answer answer, PageRequest request, int thinning)
      throws IOException {
    RecordedRun.State state = answer.state();
    Timeline timeline = state.timeline();
    boolean data = timeline != null && !timeline.isEmpty();
    String session = answer.found().session();
    head(out, data ? "data" : "waiting", session, answer.workers());
    out.writeStringField("version", answer.version());
    out.writeStringField("worker", answer.worker());
    unreadable(out, answer.storageProblems(), state.problems());
    out.writeArrayFieldStart("others");
    for (OtherWorker other : answer.others()) {
      out.writeStartObject();
      out.writeStringField("worker", other.name());
      out.writeStringField("status", other.status());
      InterventionData.counts(out, "applied", other.interventions());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("baselines");
    for (String other : answer.sessions()) {
      if (!other.equals(session)) {
        out.writeString(other);
      }
    }
    out.writeEndArray();
    if (timeline != null) {
      RunData.description(out, timeline.run());
      VerdictData.write(out, state.verdict());
      DiagnosisData.write(out, state.diagnoses(), timeline.run());
      InterventionData.write(out, state.interventions(), timeline.run());
      ClassData.write(out, state.classScores());
    }
    if (timeline != null && data) {
      RunData.latest(out, timeline);
      ChartData charts = new ChartData(timeline, request, thinning);
      charts.write(out);
      Baseline baseline = answer.baseline();
      if (baseline != null) {
        baselines.write(out, baseline, answer.found(), answer.worker(), state, charts);
      }
    }
  }
}
