package dev.traininghealth.ui;

import dev.traininghealth.record.HealthRecord;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.jspecify.annotations.Nullable;

/**
 * Finds the storage of a session among those attached to the UI server, and makes the server load
 * an unknown session. Reads storages: never call it on an event loop.
 */
final class Sessions {
  private final Supplier<List<StatsStorage>> attached;
  private final Predicate<String> loader;

  /**
   * Creates the lookup.
   *
   * @param attached the storages attached to the server, in the order of attaching
   * @param loader attaches the storage of a session, if there is one to attach
   */
  Sessions(Supplier<List<StatsStorage>> attached, Predicate<String> loader) {
    this.attached = attached;
    this.loader = loader;
  }

  /** The storages currently attached to the server. */
  List<StatsStorage> storages() {
    return attached.get();
  }

  /** A session and its storage. */
  record Found(String session, StatsStorage storage) {
    /** The workers that recorded health data, by name. */
    List<String> workers() {
      return storage.listWorkerIDsForSessionAndType(session, HealthRecord.TYPE_ID).stream()
          .distinct()
          .sorted()
          .toList();
    }
  }

  /** The session in the most recently attached storage that has it; null if none has it. */
  @Nullable Found find(String session) {
    Found bare = null;
    List<StatsStorage> storages = attached.get();
    for (int i = storages.size() - 1; i >= 0; i--) {
      Found found = new Found(session, storages.get(i));
      if (found.storage().sessionExists(session)) {
        if (!found.workers().isEmpty()) {
          return found;
        }
        bare = bare == null ? found : bare;
      }
    }
    return bare;
  }

  /**
   * The session, loaded through the server's storage provider if no attached storage has it. The
   * provider is called once per call, so that one that never delivers leads to null and not to a
   * loop.
   */
  synchronized @Nullable Found findOrLoad(String session) {
    Found found = find(session);
    return found == null && loader.test(session) ? find(session) : found;
  }

  /** The most recently started session with health records; null if there is none. */
  @Nullable Found latest() {
    Found latest = null;
    long latestStart = Long.MIN_VALUE;
    for (StatsStorage storage : attached.get()) {
      for (String session : storage.listSessionIDs()) {
        for (Persistable run : storage.getAllStaticInfos(session, HealthRecord.TYPE_ID)) {
          if (run.getTimeStamp() >= latestStart) {
            latestStart = run.getTimeStamp();
            latest = new Found(session, storage);
          }
        }
      }
    }
    return latest;
  }
}
