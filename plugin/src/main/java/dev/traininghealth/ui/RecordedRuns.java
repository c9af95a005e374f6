package dev.traininghealth.ui;

import dev.traininghealth.publish.HealthRecord;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.core.storage.StatsStorageListener.EventType;
import org.jspecify.annotations.Nullable;

/** The recordings that were looked at, kept up to date by the events of their storages. */
final class RecordedRuns {
  private final Map<Key, RecordedRun> runs = new ConcurrentHashMap<>();

  /** Storages are told apart by identity, as DL4J's UI server does. */
  private record Key(int storage, String session, String worker) {
    static Key of(StatsStorage storage, String session, String worker) {
      return new Key(System.identityHashCode(storage), session, worker);
    }
  }

  RecordedRun of(StatsStorage storage, String session, String worker) {
    return runs.compute(
        Key.of(storage, session, worker),
        (key, known) ->
            // An identity hash is not unique; a reused one must not show another storage's run.
            known != null && known.storage() == storage
                ? known
                : new RecordedRun(storage, session, worker));
  }

  /** Takes note of an event; of recordings that nobody looked at yet nothing is kept. */
  void changed(StatsStorageEvent event) {
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

  private @Nullable RecordedRun known(StatsStorageEvent event) {
    if (!HealthRecord.TYPE_ID.equals(event.getTypeID()) || event.getWorkerID() == null) {
      return null;
    }
    return runs.get(Key.of(event.getStatsStorage(), event.getSessionID(), event.getWorkerID()));
  }

  void forget(StatsStorage storage) {
    runs.values().removeIf(run -> run.storage() == storage);
  }
}
