package dev.traininghealth.samples.benchmark;

import java.util.List;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageListener.EventType;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/** A storage of its own for each listener, which notes the time of the first record. */
final class MeasuredStorage {
  private final StatsStorage storage = new InMemoryStatsStorage();
  private volatile boolean recorded;
  private volatile long firstRecordNanos;

  /**
   * Creates an empty storage.
   *
   * @param recordType type of the records whose first one counts; the listener may write others
   */
  MeasuredStorage(String recordType) {
    storage.registerStatsStorageListener(
        event -> {
          if (!recorded
              && event.getEventType() == EventType.PostUpdate
              && recordType.equals(event.getTypeID())) {
            firstRecordNanos = System.nanoTime();
            recorded = true;
          }
        });
  }

  StatsStorage storage() {
    return storage;
  }

  /** Whether there is a record of the type. */
  boolean hasRecord() {
    return recorded;
  }

  /** When the first record was stored, as {@link System#nanoTime}; only if there is one. */
  long firstRecordNanos() {
    return firstRecordNanos;
  }

  /** Encoded size of all that the storage holds, bytes; replaced records do not count. */
  long bytes() {
    long bytes = 0;
    for (String session : storage.listSessionIDs()) {
      for (String type : storage.listTypeIDsForSession(session)) {
        bytes += bytes(storage.getAllStaticInfos(session, type));
        for (String worker : storage.listWorkerIDsForSessionAndType(session, type)) {
          bytes += bytes(storage.getAllUpdatesAfter(session, type, worker, Long.MIN_VALUE));
        }
      }
    }
    return bytes;
  }

  private static long bytes(List<Persistable> records) {
    return records.stream().mapToLong(record -> record.encode().length).sum();
  }
}
