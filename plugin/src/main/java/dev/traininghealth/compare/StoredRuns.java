package dev.traininghealth.compare;

import dev.traininghealth.read.RecordedRun;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorage;
import org.jspecify.annotations.Nullable;

/**
 * Compares runs of storages.
 *
 * @hidden
 */
public final class StoredRuns {
  private StoredRuns() {}

  /**
   * Compares the first workers of two sessions.
   *
   * @param baselineStorage has the records of the baseline run
   * @param baselineSession the session of the baseline run
   * @param storage has the records of the run
   * @param session the session of the run
   * @return the comparison
   * @throws IllegalArgumentException if a storage has no such session with records of this plugin
   */
  public static RunComparison compare(
      StatsStorage baselineStorage, String baselineSession, StatsStorage storage, String session) {
    String worker = workers(storage, session).get(0);
    return compare(
        baselineStorage, baselineSession, Recording.read(storage, session, worker), worker);
  }

  /**
   * Compares a recording with the worker of that name in a baseline session, or with its first.
   *
   * @param baselineStorage has the records of the baseline run
   * @param baselineSession the session of the baseline run
   * @param run the run; null if nothing was recorded
   * @param worker its worker
   * @return the comparison
   * @throws IllegalArgumentException if the storage has no such session with records of this plugin
   */
  public static RunComparison compare(
      StatsStorage baselineStorage,
      String baselineSession,
      @Nullable Recording run,
      String worker) {
    return RunComparer.compare(baseline(baselineStorage, baselineSession, worker), run);
  }

  /**
   * Reads the worker of that name of a baseline session, or its first.
   *
   * @param storage has the records of the baseline run
   * @param session the session of the baseline run
   * @param worker the worker that is compared with it
   * @return the recording; null if it has no row that can be read
   * @throws IllegalArgumentException if the storage has no such session with records of this plugin
   */
  public static @Nullable Recording baseline(StatsStorage storage, String session, String worker) {
    List<String> workers = workers(storage, session);
    return Recording.read(storage, session, workers.contains(worker) ? worker : workers.get(0));
  }

  /**
   * {@return the workers of a session, by name, at least one}
   *
   * @param storage the storage
   * @param session the session
   * @throws IllegalArgumentException if the storage has no such session with records of this plugin
   */
  public static List<String> workers(StatsStorage storage, String session) {
    List<String> workers = RecordedRun.workers(storage, session);
    if (workers.isEmpty()) {
      throw new IllegalArgumentException(
          "There is no session "
              + session
              + " with records of Training Health. There are: "
              + String.join(", ", sessions(storage)));
    }
    return workers;
  }

  /**
   * {@return the sessions that have records of this plugin, in the order of their names}
   *
   * @param storage the storage
   */
  private static List<String> sessions(StatsStorage storage) {
    return storage.listSessionIDs().stream()
        .filter(id -> !RecordedRun.workers(storage, id).isEmpty())
        .sorted()
        .toList();
  }
}
