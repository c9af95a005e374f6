package dev.traininghealth.publish;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.guard.GuardedStorage;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RecordedIntervention;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The diagnoses and interventions of a run, which are recorded beside its numbers. Of each kind the
 * most important ones are kept, as {@link KeyedHistory} does.
 */
final class EventHistory {
  /**
   * Least important first: resolved notes, then resolved alarms, each oldest first. Active
   * diagnoses follow, mild before severe and the newest first, because a later one is more likely
   * an effect of an earlier one.
   */
  private static final Comparator<RecordedDiagnosis> DIAGNOSES_BY_IMPORTANCE =
      Comparator.comparing((RecordedDiagnosis d) -> !d.isResolved())
          .thenComparingInt(d -> d.isResolved() ? Math.min(1, d.rank()) : d.rank())
          .thenComparingLong(d -> d.isResolved() ? d.id() : -d.id());

  /** Least important first: by rank, then by time, so that the newest of a rank matters most. */
  private static final Comparator<RecordedIntervention> INTERVENTIONS_BY_IMPORTANCE =
      Comparator.comparingInt(RecordedIntervention::rank)
          .thenComparingLong(RecordedIntervention::lastIteration)
          .thenComparingLong(RecordedIntervention::id);

  private final String sessionId;
  private final String workerId;
  private final long run;
  private final KeyedHistory<RecordedDiagnosis> diagnoses;
  private final KeyedHistory<RecordedIntervention> interventions;

  /** Number of applied interventions of each kind. */
  private final Map<Intervention.Kind, Long> applied = new EnumMap<>(Intervention.Kind.class);

  /** The same of interventions of a dry run. */
  private final Map<Intervention.Kind, Long> dryRun = new EnumMap<>(Intervention.Kind.class);

  private long nextIntervention;
  private boolean allPut = true;

  /**
   * Creates an empty history.
   *
   * @param newKey returns keys that no record of this worker has had
   */
  EventHistory(String sessionId, String workerId, long run, LongSupplier newKey) {
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.run = run;
    diagnoses = new KeyedHistory<>(DIAGNOSES_BY_IMPORTANCE, RecordedDiagnosis::id, newKey);
    interventions =
        new KeyedHistory<>(INTERVENTIONS_BY_IMPORTANCE, RecordedIntervention::id, newKey);
  }

  /** Adds a diagnosis, or a new state of one, at a time in milliseconds since 1970. */
  void add(Diagnosis d, long timeMillis) {
    diagnoses.add(
        d.id(),
        known ->
            RecordConversion.diagnosis(d, run, known == null ? timeMillis : known.timeMillis()));
  }

  /** Adds an intervention, or a new state of one; not for concurrent use. */
  void add(Intervention i, long timeMillis) {
    boolean seen = i.id() < nextIntervention;
    nextIntervention = Math.max(nextIntervention, i.id() + 1);
    interventions.add(
        i.id(),
        known -> {
          // If the known state's place was reused, only one more repetition is certain.
          long more = known != null ? i.times() - known.times() : seen ? 1 : i.times();
          long total = (i.applied() ? applied : dryRun).merge(i.kind(), more, Long::sum);
          long since = known == null ? timeMillis : known.timeMillis();
          return RecordConversion.intervention(i, run, since, total);
        });
  }

  /** Notes that the recorder's thread is awake and will read what was added so far. */
  void markSeen() {
    diagnoses.markSeen();
    interventions.markSeen();
  }

  /** Whether something was added since the last {@link #markSeen}. */
  boolean hasMore() {
    return diagnoses.hasMore() || interventions.hasMore();
  }

  /**
   * Puts the changes into the storage, diagnoses first, because interventions refer to them.
   *
   * @return whether the storage accepted something
   */
  boolean putTo(GuardedStorage storage) {
    KeyedHistory.PutResult found =
        diagnoses.putTo(storage, (d, key) -> new DiagnosisRecord(sessionId, workerId, key, d));
    KeyedHistory.PutResult done =
        interventions.putTo(
            storage, (i, key) -> new InterventionRecord(sessionId, workerId, key, i));
    allPut = found.allStored() && done.allStored();
    return found.anyStored() || done.anyStored();
  }

  /** Makes all events changes, so that they are put once more. */
  void putAgain() {
    diagnoses.putAgain();
    interventions.putAgain();
  }

  /** Whether the storage accepted everything at the last {@link #putTo}. */
  boolean isAllPut() {
    return allPut;
  }
}
