package dev.traininghealth.report;

import dev.traininghealth.compare.Recording;
import dev.traininghealth.compare.StoredRuns;
import dev.traininghealth.read.RecordedRun;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.ui.ReportPage;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.jspecify.annotations.Nullable;

/**
 * A report on one session of a storage.
 *
 * @hidden
 */
public final class SessionReport {
  private final String session;
  private final List<WorkerReport> workers;
  private final List<String> otherSessions;
  private final StatsStorage storage;
  private final @Nullable String baselineSession;
  private final StatsStorage baselineStorage;

  private SessionReport(
      String session,
      List<WorkerReport> workers,
      List<String> otherSessions,
      StatsStorage storage,
      @Nullable String baselineSession,
      StatsStorage baselineStorage) {
    this.session = session;
    this.workers = workers;
    this.otherSessions = otherSessions;
    this.storage = storage;
    this.baselineSession = baselineSession;
    this.baselineStorage = baselineStorage;
  }

  /**
   * Reads a session.
   *
   * @param storage where its records are
   * @param session its id; null for the one that was started last
   * @return the report
   * @throws ReportException if there is no such session with records of this plugin
   */
  public static SessionReport read(StatsStorage storage, @Nullable String session)
      throws ReportException {
    List<String> recorded = recorded(storage);
    String chosen = chosen(storage, recorded, session);
    return new SessionReport(
        chosen,
        RecordedRun.workers(storage, chosen).stream()
            .map(w -> new WorkerReport(w, new RecordedRun(storage, chosen, w).read(), null))
            .toList(),
        recorded.stream().filter(id -> !id.equals(chosen)).sorted().toList(),
        storage,
        null,
        storage);
  }

  /**
   * Compares each worker with the one of the same name in a baseline session, or with its first.
   *
   * @param baseline where the records of the baseline session are
   * @param baselineId its id; null for the one that was started last
   * @return this report with the comparisons
   * @throws ReportException if there is no such session with records of this plugin
   */
  public SessionReport comparedWith(StatsStorage baseline, @Nullable String baselineId)
      throws ReportException {
    String chosen = chosen(baseline, recorded(baseline), baselineId);
    List<WorkerReport> compared =
        workers.stream()
            .map(
                w ->
                    new WorkerReport(
                        w.worker(),
                        w.state(),
                        StoredRuns.compare(
                            baseline,
                            chosen,
                            Recording.of(w.state(), storage, session, w.worker()),
                            w.worker())))
            .toList();
    return new SessionReport(session, compared, otherSessions, storage, chosen, baseline);
  }

  /**
   * {@return the session that was started last}
   *
   * @param storage where its records are
   * @throws ReportException if there is none with records of this plugin
   */
  public static String latest(StatsStorage storage) throws ReportException {
    return chosen(storage, recorded(storage), null);
  }

  private static List<String> recorded(StatsStorage storage) {
    return storage.listSessionIDs().stream()
        .filter(id -> !RecordedRun.workers(storage, id).isEmpty())
        .toList();
  }

  private static String chosen(
      StatsStorage storage, List<String> recorded, @Nullable String session)
      throws ReportException {
    if (recorded.isEmpty()) {
      throw new ReportException(
          "There are no records of Training Health. Add the listener to the network that is"
              + " trained: net.addListeners(TrainingHealthListener.observing(storage))");
    }
    if (session != null && !recorded.contains(session)) {
      throw new ReportException(
          "There is no session "
              + session
              + " with records of Training Health. There are: "
              + String.join(", ", recorded));
    }
    return session == null ? latest(storage, recorded) : session;
  }

  private static String latest(StatsStorage storage, List<String> sessions) {
    return sessions.stream()
        .max(Comparator.comparingLong(session -> start(storage, session)))
        .orElseThrow();
  }

  private static long start(StatsStorage storage, String session) {
    return storage.getAllStaticInfos(session, HealthRecord.TYPE_ID).stream()
        .mapToLong(Persistable::getTimeStamp)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  /** {@return the codes of the languages of the HTML file, English first} */
  public static List<String> languages() {
    return ReportPage.languages();
  }

  /**
   * {@return what it says to a build, of all workers together}
   *
   * @param severity the mildest that counts as found
   */
  public Outcome outcome(ReportedSeverity severity) {
    List<Outcome> each = workers.stream().map(w -> w.outcome(severity.rank())).toList();
    if (each.contains(Outcome.FOUND)) {
      return Outcome.FOUND;
    }
    return each.contains(Outcome.UNJUDGED) ? Outcome.UNJUDGED : Outcome.CLEAN;
  }

  /** {@return the report in plain text, several lines that end with a line break} */
  public String text() {
    return new TextReport(this).toString();
  }

  /** {@return the report as one JSON object that ends with a line break} */
  public String json() {
    return JsonReport.of(this);
  }

  /**
   * {@return the page of the session as one HTML file that needs no server; without ECharts on the
   * class path, the plain text in an HTML file, with the reason} The storages must still be open.
   *
   * @param language the code of the language of the page's texts, e.g. {@code de}
   * @throws IOException if a part of the page cannot be read
   */
  public String html(String language) throws IOException {
    ReportPage page = new ReportPage();
    return page.isPossible()
        ? page.of(storage, session, baselineStorage, baselineSession, language)
        : PlainPage.of(session, text());
  }

  String session() {
    return session;
  }

  /** The session of the baseline run; null if the run is not compared. */
  @Nullable String baselineSession() {
    return baselineSession;
  }

  List<WorkerReport> workers() {
    return workers;
  }

  /** Other sessions of the storage that have records of this plugin. */
  List<String> otherSessions() {
    return otherSessions;
  }
}
