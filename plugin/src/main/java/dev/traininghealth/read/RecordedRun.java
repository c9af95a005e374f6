package dev.traininghealth.read;

import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RecordedIntervention;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.RunRecord.ClassScores;
import dev.traininghealth.record.RunRecord.Coverage;
import dev.traininghealth.record.RunRecord.Histograms;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one worker in a session, read from a storage. All of them are read at first use,
 * later only those that the storage's events name. The bytes are shared with a storage that keeps
 * them in memory.
 *
 * @hidden
 */
public final class RecordedRun {
  private static final Logger log = LoggerFactory.getLogger(RecordedRun.class);

  /** Maximum of single changes to track; beyond it, all records are read again. */
  private static final int MAX_CHANGES = 4096;

  /**
   * The state of a recording.
   *
   * @param version changes whenever the state changes, and never repeats
   * @param timeline null while the worker has no readable description of its run
   * @param diagnoses the diagnoses of the runs of the timeline
   * @param interventions the interventions of these runs
   * @param coverage what the checks of the newest run have looked at
   * @param classScores results of the newest run on validation data, by class
   * @param histograms histograms of the newest run's parameters at some iterations
   * @param problems messages about unreadable records, and the number of records of each
   */
  public record State(
      String version,
      @Nullable Timeline timeline,
      Diagnoses diagnoses,
      Interventions interventions,
      Coverage coverage,
      ClassScores classScores,
      Histograms histograms,
      Map<String, Integer> problems) {
    /** {@return the verdict as {@link Verdict#status} of this state} */
    public String status() {
      return verdict().status();
    }

    /** {@return the verdict on this state} */
    public Verdict verdict() {
      return new Verdict(timeline, diagnoses, interventions, coverage);
    }
  }

  /** A run among the updates. */
  private record DescribedRun(
      RunDescription run, Coverage coverage, ClassScores classScores, Histograms histograms) {}

  private final StatsStorage storage;
  private final String session;
  private final String worker;
  private final String identity = UUID.randomUUID().toString().substring(0, 8);

  // Written by DL4J's event thread, drained by readers.
  private final Set<Long> changed = ConcurrentHashMap.newKeySet();
  private volatile boolean everythingChanged = true;

  // Guarded by this.
  private final Map<Long, DescribedRun> descriptions = new TreeMap<>();
  private final Map<Long, Segment> segments = new TreeMap<>();
  private final Map<Long, RecordedDiagnosis> diagnoses = new TreeMap<>();
  private final Map<Long, RecordedIntervention> interventions = new TreeMap<>();
  private final Map<Long, String> refused = new HashMap<>();
  private @Nullable String refusedDescription;
  private @Nullable State state;
  private boolean leavesOut;
  private boolean loggedOmission;
  private long versions;

  /**
   * Reads nothing yet.
   *
   * @param storage the storage of the records
   * @param session the session
   * @param worker the worker
   */
  public RecordedRun(StatsStorage storage, String session, String worker) {
    this.storage = storage;
    this.session = session;
    this.worker = worker;
  }

  /**
   * {@return the workers that recorded a session, by name; none if it has no records}
   *
   * @param storage the storage of the records
   * @param session the session
   */
  public static List<String> workers(StatsStorage storage, String session) {
    return storage.listWorkerIDsForSessionAndType(session, HealthRecord.TYPE_ID).stream()
        .distinct()
        .sorted()
        .toList();
  }

  StatsStorage storage() {
    return storage;
  }

  /**
   * Notes that a record was put. Never reads, because it is called on DL4J's event thread.
   *
   * @param timestamp its key
   */
  public void updateChanged(long timestamp) {
    if (changed.size() >= MAX_CHANGES) {
      descriptionChanged();
    } else {
      changed.add(timestamp);
    }
  }

  /** Notes that the static record was put, which starts a run. */
  public void descriptionChanged() {
    everythingChanged = true;
    changed.clear();
  }

  /**
   * Brings the state up to date. Reads the storage: never call it on an event loop.
   *
   * @return the state
   */
  public synchronized State read() {
    State last = state;
    if (last != null && !everythingChanged && changed.isEmpty()) {
      return last;
    }
    RunDescription description = description();
    if (everythingChanged) {
      // Cleared first: records that are put during reading are read again next time.
      everythingChanged = false;
      changed.clear();
      boolean done = false;
      try {
        readAll(description);
        done = true;
      } finally {
        // A closed storage also throws Errors; after any failure everything must be read again.
        if (!done) {
          everythingChanged = true;
        }
      }
    } else {
      readChanges(description);
    }
    Timeline timeline =
        description == null
            ? null
            : Timeline.of(
                description,
                descriptions.values().stream().map(DescribedRun::run).toList(),
                segments.values());
    logOmissions(timeline);
    DescribedRun newest = timeline == null ? null : described(timeline.run().startMillis());
    State read =
        new State(
            identity + "-" + ++versions,
            timeline,
            timeline == null ? Diagnoses.NONE : Diagnoses.of(timeline, diagnoses.values()),
            timeline == null
                ? Interventions.NONE
                : Interventions.of(timeline, interventions.values()),
            newest == null ? Coverage.NONE : newest.coverage(),
            newest == null ? ClassScores.NONE : newest.classScores(),
            newest == null ? Histograms.NONE : newest.histograms(),
            problems());
    state = read;
    return read;
  }

  private @Nullable DescribedRun described(long startMillis) {
    return descriptions.values().stream()
        .filter(each -> each.run().startMillis() == startMillis)
        .findFirst()
        .orElse(null);
  }

  private void logOmissions(@Nullable Timeline timeline) {
    if (!loggedOmission && timeline != null && (leavesOut || timeline.leavesOutAnEarlierRun())) {
      loggedOmission = true;
      log.info(
          "Session {} holds an earlier run that is not shown (worker {}): it is of another network,"
              + " or was recorded by an earlier version of the plugin",
          session,
          worker);
    }
  }

  private void readAll(@Nullable RunDescription description) {
    descriptions.clear();
    segments.clear();
    diagnoses.clear();
    interventions.clear();
    refused.clear();
    for (Persistable update :
        storage.getAllUpdatesAfter(session, HealthRecord.TYPE_ID, worker, Long.MIN_VALUE)) {
      if (update != null) {
        add(description, update.getTimeStamp(), update);
      }
    }
  }

  private void readChanges(@Nullable RunDescription description) {
    List<Long> timestamps = new ArrayList<>();
    for (Iterator<Long> each = changed.iterator(); each.hasNext(); ) {
      timestamps.add(each.next());
      each.remove();
    }
    boolean done = false;
    try {
      for (long timestamp : timestamps) {
        add(
            description,
            timestamp,
            storage.getUpdate(session, HealthRecord.TYPE_ID, worker, timestamp));
      }
      done = true;
    } finally {
      if (!done) {
        everythingChanged = true;
      }
    }
  }

  /** Adds a record; a segment that does not fit the described run is not read. */
  private void add(
      @Nullable RunDescription description, long timestamp, @Nullable Persistable update) {
    descriptions.remove(timestamp);
    segments.remove(timestamp);
    diagnoses.remove(timestamp);
    interventions.remove(timestamp);
    refused.remove(timestamp);
    try {
      if (update instanceof SegmentRecord record) {
        if (record.isMerged()) {
          return;
        }
        if (description == null || record.isDescribedBy(description)) {
          segments.put(timestamp, record.segment());
        } else {
          leavesOut = true;
        }
      } else if (update instanceof RunRecord record) {
        descriptions.put(
            timestamp,
            new DescribedRun(
                record.description(),
                record.coverage(),
                record.classScores(),
                record.histograms()));
      } else if (update instanceof DiagnosisRecord record) {
        diagnoses.put(timestamp, record.diagnosis());
      } else if (update instanceof InterventionRecord record) {
        interventions.put(timestamp, record.intervention());
      } else if (update != null) {
        refused.put(timestamp, "not a record of this plugin: " + update.getClass().getName());
      }
    } catch (RecordException e) {
      refused.put(timestamp, String.valueOf(e.getMessage()));
    }
  }

  private @Nullable RunDescription description() {
    refusedDescription = null;
    Persistable found = storage.getStaticInfo(session, HealthRecord.TYPE_ID, worker);
    if (found instanceof RunRecord record) {
      try {
        return record.description();
      } catch (RecordException e) {
        refusedDescription = String.valueOf(e.getMessage());
      }
    }
    return null;
  }

  private Map<String, Integer> problems() {
    Map<String, Integer> problems = new LinkedHashMap<>();
    if (refusedDescription != null) {
      problems.merge(refusedDescription, 1, Integer::sum);
    }
    for (String message : refused.values()) {
      problems.merge(message, 1, Integer::sum);
    }
    return problems;
  }
}
