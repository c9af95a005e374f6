package dev.traininghealth.read;

import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.text.ThrowableText;
import java.util.LinkedHashMap;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.core.storage.StatsStorageListener.EventType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recently shown recordings, kept up to date by the events of their storages. A recording that
 * was dropped is read again when a page requests it.
 *
 * @hidden
 */
public final class RecordedRuns {
  private static final Logger log = LoggerFactory.getLogger(RecordedRuns.class);

  /**
   * Maximum of runs kept: more than all browsers together show at the same time. Each can take
   * about ten megabytes.
   */
  static final int MAX_RUNS = 32;

  /** The most recently shown run is the last. */
  private final LinkedHashMap<Key, RecordedRun> runs = new LinkedHashMap<>();

  /** Has no recording yet. */
  public RecordedRuns() {}

  /** Storages are distinguished by identity, as in DL4J's UI server. */
  private record Key(int storage, String session, String worker) {
    static Key of(StatsStorage storage, String session, String worker) {
      return new Key(System.identityHashCode(storage), session, worker);
    }
  }

  /**
   * Returns the recording of a worker, which is read at first use.
   *
   * @param storage the storage of its records
   * @param session the session
   * @param worker the worker
   * @return the recording
   */
  public synchronized RecordedRun of(StatsStorage storage, String session, String worker) {
    Key key = Key.of(storage, session, worker);
    RecordedRun run = runs.remove(key);
    // An identity hash is not unique; a reused one must not show another storage's run.
    if (run == null || run.storage() != storage) {
      run = new RecordedRun(storage, session, worker);
    }
    runs.put(key, run);
    if (runs.size() > MAX_RUNS) {
      runs.remove(runs.keySet().iterator().next());
    }
    return run;
  }

  /**
   * Processes an event; recordings that no page has requested are ignored.
   *
   * @param event of one of the storages
   */
  public void changed(StatsStorageEvent event) {
    RecordedRun run = known(event);
    if (run == null) {
      return;
    }
    if (event.getEventType() == EventType.PostUpdate) {
      run.updateChanged(event.getTimestamp());
    } else if (event.getEventType() == EventType.PostStaticInfo) {
      run.descriptionChanged();
    }
  }

  private synchronized @Nullable RecordedRun known(StatsStorageEvent event) {
    if (!HealthRecord.TYPE_ID.equals(event.getTypeID()) || event.getWorkerID() == null) {
      return null;
    }
    return runs.get(Key.of(event.getStatsStorage(), event.getSessionID(), event.getWorkerID()));
  }

  /**
   * Drops the runs of a storage.
   *
   * @param storage the storage
   */
  public synchronized void forget(StatsStorage storage) {
    runs.values().removeIf(run -> run.storage() == storage);
  }

  /**
   * Drops the runs of storages that are closed or no longer attached.
   *
   * @param attached the attached storages
   */
  public synchronized void retain(List<StatsStorage> attached) {
    runs.values()
        .removeIf(
            run ->
                isClosed(run.storage())
                    || attached.stream().noneMatch(storage -> storage == run.storage()));
  }

  /** Whether a storage is closed, or fails to tell: then its runs are read again. */
  private static boolean isClosed(StatsStorage storage) {
    try {
      return storage.isClosed();
    } catch (RuntimeException | LinkageError e) {
      ThrowableText.log(log::debug, "A storage that cannot be read is treated as closed", e);
      return true;
    }
  }
}
