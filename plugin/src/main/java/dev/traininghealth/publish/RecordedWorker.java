package dev.traininghealth.publish;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RecordedIntervention;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord.Coverage;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.Series.Scope;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a worker in another program has found, as its records tell. Thread-safe.
 *
 * @hidden
 */
public final class RecordedWorker {
  /** Longest lists; the oldest are forgotten. */
  private static final int MAX_LISTED = 1000;

  private final String sessionId;
  private final String workerId;
  private final TreeMap<Long, Diagnosis> diagnoses = new TreeMap<>();
  private final TreeMap<Long, Intervention> interventions = new TreeMap<>();
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private @Nullable RunDescription description;
  private List<Check> checks = List.of();
  private @Nullable Segment newest;
  private long iterations;

  RecordedWorker(String sessionId, String workerId) {
    this.sessionId = sessionId;
    this.workerId = workerId;
  }

  /** {@return the session of its records} */
  public String sessionId() {
    return sessionId;
  }

  /** {@return the worker within the session} */
  public String workerId() {
    return workerId;
  }

  synchronized void add(RunDescription run, Coverage coverage) {
    description = run;
    if (!coverage.checks().isEmpty()) { // a static record has none
      checks = RecordReading.checks(coverage);
    }
  }

  synchronized void add(Diagnosis diagnosis) {
    diagnoses.put(diagnosis.id(), diagnosis);
    if (diagnoses.size() > MAX_LISTED) {
      diagnoses.pollFirstEntry();
    }
  }

  synchronized void add(Intervention intervention, RecordedIntervention recorded) {
    interventions.put(intervention.id(), intervention);
    if (interventions.size() > MAX_LISTED) {
      interventions.pollFirstEntry();
    }
    counts.merge(intervention.kind(), recorded.total(), Math::max);
  }

  synchronized void add(Segment segment) {
    long end = segment.firstRow() + segment.rows();
    if (end >= iterations) {
      iterations = end;
      newest = segment;
    }
  }

  /** {@return the latest 1000 diagnoses in their latest state, oldest first} */
  public synchronized List<Diagnosis> diagnoses() {
    return new ArrayList<>(diagnoses.values());
  }

  /** {@return the latest 1000 interventions in their latest state, oldest first} */
  public synchronized List<Intervention> interventions() {
    return new ArrayList<>(interventions.values());
  }

  /** {@return how many times each kind was done} */
  public synchronized Map<Kind, Long> counts() {
    return new EnumMap<>(counts);
  }

  /** {@return the number of recorded iterations} */
  public synchronized long iterations() {
    return iterations;
  }

  /** {@return what its checks had looked at when it last recorded that; empty before} */
  public synchronized List<Check> checks() {
    return checks;
  }

  /** {@return whether interventions are only recorded, not applied} */
  public synchronized boolean isDryRun() {
    RunDescription run = description;
    return run != null && "dryRun".equals(run.settings().get("mode"));
  }

  /** {@return the recent share of the training time that the listener takes; NaN if unknown} */
  public double costShare() {
    return latest(Quantity.COST_SHARE, Double.NaN);
  }

  /** {@return what the listener took in the first seconds of training, seconds} */
  public double startCostSeconds() {
    return latest(Quantity.START_COST_SECONDS, 0);
  }

  /** {@return what snapshots and trials took, seconds} */
  public double protectionCostSeconds() {
    return latest(Quantity.PROTECTION_COST_SECONDS, 0);
  }

  private synchronized double latest(Quantity quantity, double unknown) {
    RunDescription run = description;
    Segment segment = newest;
    int series = run == null ? -1 : run.indexOf(quantity, Scope.RUN, 0);
    if (segment == null || segment.buckets() == 0 || series < 0 || series >= segment.series()) {
      return unknown;
    }
    int bucket = segment.buckets() - 1;
    return segment.count(series, bucket) == 0 ? unknown : segment.mean(series, bucket);
  }
}
