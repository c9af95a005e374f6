package dev.traininghealth.compare;

import dev.traininghealth.json.BoundedJson;
import dev.traininghealth.read.RecordedRun;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.text.Html;
import dev.traininghealth.text.StockPageText;
import java.io.InvalidObjectException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.stats.api.StatsInitializationReport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of two runs that are compared.
 *
 * @param timeline its rows
 * @param configuration the network's configuration as DL4J writes it in JSON; empty if the storage
 *     does not have it
 * @hidden
 */
public record Recording(Timeline timeline, Map<String, Object> configuration) {
  private static final Logger log = LoggerFactory.getLogger(Recording.class);

  /** The type of DL4J's own records, which hold the configuration. */
  private static final String STOCK_TYPE = "StatsListener";

  /** Of a network of some thousand layers. */
  private static final BoundedJson.Limits LIMITS = new BoundedJson.Limits(16 << 20, 64, 1_000_000);

  /**
   * Reads a worker's recording, and warns of records that cannot be read.
   *
   * @param storage the storage of the records
   * @param session the session
   * @param worker the worker
   * @return the recording; null if it has no row that can be read
   */
  public static @Nullable Recording read(StatsStorage storage, String session, String worker) {
    RecordedRun.State state = new RecordedRun(storage, session, worker).read();
    state
        .problems()
        .forEach(
            (problem, records) ->
                log.warn(
                    "Session {}, worker {}: a comparison leaves out {} records that cannot be read,"
                        + " {}",
                    session,
                    worker,
                    records,
                    problem));
    return of(state, storage, session, worker);
  }

  /**
   * Takes what has been read of a worker's recording.
   *
   * @param state its state
   * @param storage the storage of the records
   * @param session the session
   * @param worker the worker
   * @return the recording; null if it has no row that can be read
   */
  public static @Nullable Recording of(
      RecordedRun.State state, StatsStorage storage, String session, String worker) {
    Timeline timeline = state.timeline();
    return timeline == null || timeline.isEmpty()
        ? null
        : new Recording(timeline, configuration(storage, session, worker));
  }

  /**
   * Reads the configuration that was recorded for DL4J's own pages.
   *
   * @param storage the storage of the records
   * @param session the session
   * @param worker the worker
   * @return empty if there is none that can be read
   */
  public static Map<String, Object> configuration(
      StatsStorage storage, String session, String worker) {
    Persistable stock =
        storage.getStaticInfo(StockPageText.session(session), STOCK_TYPE, Html.escape(worker));
    if (!(stock instanceof StatsInitializationReport report) || !report.hasModelInfo()) {
      return Map.of();
    }
    String json = report.getModelConfigJson();
    return json == null ? Map.of() : configuration(json);
  }

  /**
   * Reads a configuration.
   *
   * @param json as DL4J writes it, with the user's names as {@link StockPageText#json} escapes them
   * @return empty if it cannot be read
   */
  public static Map<String, Object> configuration(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    try {
      return BoundedJson.read(bytes, 0, bytes.length, LIMITS);
    } catch (InvalidObjectException e) {
      return Map.of(); // The runs are compared without their configurations.
    }
  }
}
