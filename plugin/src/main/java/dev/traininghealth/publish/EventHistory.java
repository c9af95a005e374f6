package dev.traininghealth.publish;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.guard.GuardedStorage;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RecordedIntervention;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The events of a run, recorded beside its numbers: its diagnoses and interventions. Of each sort
 * those that matter most are kept, as {@link KeyedHistory} does.
 */
final class EventHistory {
  /**
   * What matters least comes first: notes that are over, then alarms that are over, the oldest
   * first; then what stands, mild before severe, and there the newest first, since what came later
   * is more likely to follow from what came before.
   */
  private static final Comparator<RecordedDiagnosis> DIAGNOSES_BY_IMPORTANCE =
      Comparator.comparing((RecordedDiagnosis d) -> !d.isResolved())
          .thenComparingInt(d -> d.isResolved() ? Math.min(1, d.rank()) : d.rank())
          .thenComparingLong(d -> d.isResolved() ? d.id() : -d.id());

  /** What there are fewest of matters most, and the newest of a kind. */
  private static final Comparator<RecordedIntervention> INTERVENTIONS_BY_IMPORTANCE =
      Comparator.comparingInt(RecordedIntervention::rank)
          .thenComparingLong(RecordedIntervention::lastIteration)
          .thenComparingLong(RecordedIntervention::id);

  private final String sessionId;
  private final String workerId;
  private final long run;
  private final KeyedHistory<RecordedDiagnosis> diagnoses;
  private final KeyedHistory<RecordedIntervention> interventions;

  /** How often each kind of intervention was done, and how often it was dryRun. */
  private final Map<Done, Long> totals = new HashMap<>();

  private long nextIntervention;
  private boolean allPut = true;

  private record Done(Intervention.Kind kind, boolean applied) {}

  /**
   * Creates an empty history.
   *
   * @param newKey gives keys that no record of this worker has had
   */
  EventHistory(String sessionId, String workerId, long run, LongSupplier newKey) {
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.run = run;
    diagnoses = new KeyedHistory<>(DIAGNOSES_BY_IMPORTANCE, RecordedDiagnosis::id, newKey);
    interventions =
        new KeyedHistory<>(INTERVENTIONS_BY_IMPORTANCE, RecordedIntervention::id, newKey);
  }

  /** Takes a diagnosis, or the new state of one, at a time. */
  void add(Diagnosis d, long timeMillis) {
    diagnoses.add(
        d.id(),
        known ->
            RecordConversion.diagnosis(d, run, known == null ? timeMillis : known.timeMillis()));
  }

  /** Takes an intervention, or the new state of one, at a time. One thread at a time. */
  void add(Intervention i, long timeMillis) {
    boolean seen = i.id() < nextIntervention;
    nextIntervention = Math.max(nextIntervention, i.id() + 1);
    interventions.add(
        i.id(),
        known -> {
          // Of one whose place is another's by now, only that it was done once more is sure.
          long more = known != null ? i.times() - known.times() : seen ? 1 : i.times();
          long total = totals.merge(new Done(i.kind(), i.applied()), more, Long::sum);
          long since = known == null ? timeMillis : known.timeMillis();
          return RecordConversion.intervention(i, run, since, total);
        });
  }

  /** Notes that the recorder's thread is awake and will see what was added so far. */
  void markSeen() {
    diagnoses.markSeen();
    interventions.markSeen();
  }

  /** Whether something was added since {@link #markSeen} was called last. */
  boolean hasMore() {
    return diagnoses.hasMore() || interventions.hasMore();
  }

  /**
   * Puts what has changed, diagnoses first: interventions speak of them.
   *
   * @return whether the storage has taken something
   */
  boolean putTo(GuardedStorage storage) {
    KeyedHistory.Put found =
        diagnoses.putTo(storage, (d, key) -> new DiagnosisRecord(sessionId, workerId, key, d));
    KeyedHistory.Put done =
        interventions.putTo(
            storage, (i, key) -> new InterventionRecord(sessionId, workerId, key, i));
    allPut = found.all() && done.all();
    return found.any() || done.any();
  }

  /** Whether the storage took everything at the last {@link #putTo}. */
  boolean isAllPut() {
    return allPut;
  }
}
