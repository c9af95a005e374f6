package dev.traininghealth.ui;

import dev.traininghealth.read.RecordedRun;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.text.StockPageText;
import dev.traininghealth.text.ThrowableText;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the storage of a session among those attached to the UI server, and makes the server load
 * an unknown session. Reads storages: never call it on an event loop.
 *
 * @hidden
 */
public final class Sessions {
  private final Supplier<List<StatsStorage>> attached;
  private final Predicate<String> loader;

  /** Difference of another machine's clock up to which its runs may have started later than now. */
  private static final long MAX_CLOCK_DIFFERENCE_MILLIS = 86_400_000;

  private static final Logger log = LoggerFactory.getLogger(Sessions.class);

  private final LongSupplier currentMillis;

  /** Messages about storages that cannot be read; storages are distinguished by identity. */
  private final Map<StatsStorage, String> problems =
      Collections.synchronizedMap(new IdentityHashMap<>());

  /**
   * Creates the lookup.
   *
   * @param attached the storages attached to the server, in the order of attaching
   * @param loader attaches the storage of a session, if there is one to attach
   */
  public Sessions(Supplier<List<StatsStorage>> attached, Predicate<String> loader) {
    this(attached, loader, System::currentTimeMillis);
  }

  Sessions(
      Supplier<List<StatsStorage>> attached, Predicate<String> loader, LongSupplier currentMillis) {
    this.attached = attached;
    this.loader = loader;
    this.currentMillis = currentMillis;
  }

  /** The storages currently attached to the server. */
  List<StatsStorage> storages() {
    return attached.get();
  }

  /**
   * A session and its storage.
   *
   * @param session its name in the storage
   * @param storage where its records are
   */
  public record Found(String session, StatsStorage storage) {
    /** The workers that recorded health data, by name. */
    List<String> workers() {
      return RecordedRun.workers(storage, session);
    }
  }

  private enum Kind {
    UNKNOWN,
    BARE,
    WITH_RECORDS
  }

  private static Kind kind(Found found) {
    if (!found.storage().sessionExists(found.session())) {
      return Kind.UNKNOWN;
    }
    return found.workers().isEmpty() ? Kind.BARE : Kind.WITH_RECORDS;
  }

  /**
   * The session of that name or, if it has no records, the recorded one whose stock pages have it.
   */
  private static Found named(String session, StatsStorage storage) {
    Found found = new Found(session, storage);
    if (!StockPageText.isChanged(session) || kind(found) == Kind.WITH_RECORDS) {
      return found;
    }
    return storage.listSessionIDs().stream()
        .filter(each -> StockPageText.session(each).equals(session))
        .map(each -> new Found(each, storage))
        .filter(each -> kind(each) == Kind.WITH_RECORDS)
        .findFirst()
        .orElse(found);
  }

  /**
   * Reads a storage. One that throws is skipped, so that the sessions of the others can be shown.
   */
  private <T> T read(StatsStorage storage, Function<StatsStorage, T> reading, T otherwise) {
    try {
      T result = reading.apply(storage);
      problems.remove(storage);
      return result;
    } catch (RuntimeException | LinkageError e) {
      String problem =
          "The storage "
              + storage.getClass().getSimpleName()
              + " cannot be read: "
              + ThrowableText.of(e);
      if (!problem.equals(problems.put(storage, problem))) {
        ThrowableText.log(log::warn, problem + ". The sessions of other storages are shown.", e);
      }
      return otherwise;
    }
  }

  /** Messages about attached storages that could not be read when they were read last. */
  List<String> problems() {
    List<StatsStorage> storages = attached.get();
    synchronized (problems) {
      problems.keySet().retainAll(storages);
      return List.copyOf(problems.values());
    }
  }

  /**
   * The session in the most recently attached storage that has it; null if none has it. The session
   * of the stock pages is found as well. Asks every storage, so that {@link #problems()} is up to
   * date.
   */
  @Nullable Found find(String session) {
    Found recorded = null;
    Found bare = null;
    List<StatsStorage> storages = attached.get();
    for (int i = storages.size() - 1; i >= 0; i--) {
      Found exact = new Found(session, storages.get(i));
      Found found = read(exact.storage(), storage -> named(session, storage), exact);
      Kind kind = read(found.storage(), storage -> kind(found), Kind.UNKNOWN);
      recorded = recorded == null && kind == Kind.WITH_RECORDS ? found : recorded;
      bare = bare == null && kind == Kind.BARE ? found : bare;
    }
    return recorded == null ? bare : recorded;
  }

  /**
   * The session, loaded through the server's storage provider if no attached storage has it. The
   * provider is called once per call, so that one that never delivers leads to null and not to a
   * loop.
   *
   * @param session the name of a page's session
   * @return the session; null if no storage has it
   */
  public synchronized @Nullable Found findOrLoad(String session) {
    Found found = find(session);
    return found == null && loader.test(session) ? find(session) : found;
  }

  /**
   * The most recently started session with health records; null if there is none. A start in the
   * future is a damaged record or a wrong clock, and comes after all others.
   */
  @Nullable Found latest() {
    Started latest = null;
    for (StatsStorage storage : attached.get()) {
      Started found = read(storage, this::latestOf, Optional.<Started>empty()).orElse(null);
      if (found != null && (latest == null || found.start() >= latest.start())) {
        latest = found;
      }
    }
    return latest == null ? null : latest.session();
  }

  /**
   * The names of the recorded sessions, the most recently started first.
   *
   * @param max maximum of names
   */
  List<String> recorded(int max) {
    Map<String, Long> starts = new LinkedHashMap<>();
    for (StatsStorage storage : attached.get()) {
      read(storage, Sessions::starts, Map.<String, Long>of())
          .forEach((session, start) -> starts.merge(session, start, Math::max));
    }
    return starts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(max)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Map<String, Long> starts(StatsStorage storage) {
    Map<String, Long> starts = new LinkedHashMap<>();
    for (String session : storage.listSessionIDs()) {
      for (Persistable run : storage.getAllStaticInfos(session, HealthRecord.TYPE_ID)) {
        starts.merge(session, run.getTimeStamp(), Math::max);
      }
    }
    return starts;
  }

  /** A session and its start, milliseconds since 1970. */
  private record Started(Found session, long start) {}

  private Optional<Started> latestOf(StatsStorage storage) {
    long latestPlausible = currentMillis.getAsLong() + MAX_CLOCK_DIFFERENCE_MILLIS;
    Started latest = null;
    for (String session : storage.listSessionIDs()) {
      for (Persistable run : storage.getAllStaticInfos(session, HealthRecord.TYPE_ID)) {
        long start = run.getTimeStamp() > latestPlausible ? Long.MIN_VALUE : run.getTimeStamp();
        if (latest == null || start >= latest.start()) {
          latest = new Started(new Found(session, storage), start);
        }
      }
    }
    return Optional.ofNullable(latest);
  }
}
