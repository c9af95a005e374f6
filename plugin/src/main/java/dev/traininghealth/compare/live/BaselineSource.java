package dev.traininghealth.compare.live;

import dev.traininghealth.compare.Recording;
import dev.traininghealth.compare.StoredRuns;
import dev.traininghealth.report.ReportException;
import dev.traininghealth.report.SessionReport;
import dev.traininghealth.report.StorageFile;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.core.storage.StatsStorage;
import org.jspecify.annotations.Nullable;

/**
 * Where the recording of a baseline run is: in a storage, which is not serialized, or in a file.
 *
 * @hidden
 */
public final class BaselineSource implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private final transient @Nullable StatsStorage storage;

  /** Empty for the latest session of the file. */
  private final String session;

  /** Empty without a file. */
  private final String file;

  private BaselineSource(@Nullable StatsStorage storage, String session, String file) {
    this.storage = storage;
    this.session = session;
    this.file = file;
  }

  /**
   * {@return a session of a storage}
   *
   * @param storage the storage
   * @param session the session
   * @throws IllegalArgumentException if it has no such session with records of this plugin
   */
  public static BaselineSource of(StatsStorage storage, String session) {
    if (storage == null || session == null) {
      throw new IllegalArgumentException(
          "storage and session of the baseline run must not be null, were "
              + storage
              + " and "
              + session);
    }
    StoredRuns.workers(storage, session);
    return new BaselineSource(storage, session, "");
  }

  /**
   * {@return the latest session of a file}
   *
   * @param file the file of a {@code FileStatsStorage} or of JSON lines
   * @throws IllegalArgumentException if there is no such file
   */
  public static BaselineSource of(Path file) {
    if (file == null || !Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "The file of the baseline run must exist, was "
              + file
              + ": name the file of a FileStatsStorage or of jsonLines");
    }
    return new BaselineSource(null, "", file.toString());
  }

  /** {@return the setting by its name, as it is recorded} */
  public Map<String, String> asText() {
    return file.isEmpty() ? Map.of("baselineSession", session) : Map.of("baselineFile", file);
  }

  /** {@return whether it can be read; a storage was lost if the listener was serialized} */
  public boolean isPresent() {
    return storage != null || !file.isEmpty();
  }

  /**
   * Reads the worker of that name, or the first one.
   *
   * @return null if no row can be read
   */
  @Nullable Recording read(String worker) throws IOException, ReportException {
    StatsStorage present = storage;
    if (present != null) {
      return StoredRuns.baseline(present, session, worker);
    }
    try (StorageFile opened = StorageFile.open(Path.of(file))) {
      return StoredRuns.baseline(opened.storage(), SessionReport.latest(opened.storage()), worker);
    }
  }
}
