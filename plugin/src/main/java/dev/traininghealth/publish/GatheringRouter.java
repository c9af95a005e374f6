package dev.traininghealth.publish;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.SegmentRecord;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.jspecify.annotations.Nullable;

/**
 * The driver's end of the records of Spark's workers: reads what the workers have found, and passes
 * all records on to the user's storage.
 *
 * <p>A worker puts its newest record at each iteration. Of those that arrive together, the last of
 * each key is passed on, because it replaces the others anyway.
 *
 * <p>It is serializable only because DL4J refuses another router at a listener for Spark. A
 * serialized one becomes null: workers get a router of their own.
 *
 * @hidden
 */
public final class GatheringRouter implements StatsStorageRouter, Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private final transient @Nullable StatsStorageRouter target;
  private final transient Sink sink;
  private final transient Guard passing =
      Guard.retrying(
          "Passing on the records of Spark's workers",
          "the pages do not show them; check that the storage is open and writable");
  private final transient Guard reading =
      Guard.retrying(
          "Reading the records of Spark's workers",
          "the listener's methods do not return what they hold");

  /** By session, worker and start of the run. */
  private final transient Map<List<Object>, RecordedWorker> workers = new HashMap<>();

  /** Times of the static records that were passed on, by session, type and worker. */
  private final transient Map<List<String>, Long> described = new HashMap<>();

  /** Receives what workers find. */
  public interface Sink {
    /** Receives a worker's run before anything else of it. */
    void started(RecordedWorker worker);

    /** Receives a diagnosis that is new or has changed. */
    void found(RecordedWorker worker, Diagnosis diagnosis);

    /** Receives an intervention that is new or was repeated. */
    void done(RecordedWorker worker, Intervention intervention);
  }

  /**
   * Creates a router.
   *
   * @param target where records are passed on to; null for nowhere
   * @param sink receives what the records hold
   */
  public GatheringRouter(@Nullable StatsStorageRouter target, Sink sink) {
    this.target = target;
    this.sink = sink;
  }

  /** {@return where records are passed on to; null for nowhere} */
  public @Nullable StatsStorageRouter target() {
    return target;
  }

  @Override
  public void putStorageMetaData(StorageMetaData metaData) {
    putStorageMetaData(List.of(metaData));
  }

  @Override
  public void putStorageMetaData(Collection<? extends StorageMetaData> metaData) {
    StatsStorageRouter to = target;
    if (to != null) {
      pass(() -> to.putStorageMetaData(metaData));
    }
  }

  @Override
  public void putStaticInfo(Persistable info) {
    putStaticInfo(List.of(info));
  }

  @Override
  public void putStaticInfo(Collection<? extends Persistable> info) {
    List<Persistable> unknown = new ArrayList<>();
    for (Persistable each : info) {
      read(each);
      if (isNewDescription(each)) {
        unknown.add(each);
      }
    }
    StatsStorageRouter to = target;
    if (to != null && !unknown.isEmpty()) {
      pass(() -> to.putStaticInfo(unknown));
    }
  }

  private synchronized boolean isNewDescription(Persistable info) {
    List<String> key = List.of(info.getSessionID(), info.getTypeID(), info.getWorkerID());
    Long before = described.put(key, info.getTimeStamp());
    return before == null || before != info.getTimeStamp();
  }

  @Override
  public void putUpdate(Persistable update) {
    putUpdate(List.of(update));
  }

  @Override
  public void putUpdate(Collection<? extends Persistable> updates) {
    Map<List<Object>, Persistable> newest = new LinkedHashMap<>();
    for (Persistable update : updates) {
      List<Object> key =
          List.of(
              update.getSessionID(),
              update.getTypeID(),
              update.getWorkerID(),
              update.getTimeStamp());
      newest.remove(key); // to keep the order of the last ones
      newest.put(key, update);
    }
    newest.values().forEach(this::read);
    StatsStorageRouter to = target;
    if (to != null && !newest.isEmpty()) {
      pass(() -> to.putUpdate(newest.values()));
    }
  }

  private void pass(Runnable put) {
    try {
      put.run();
    } catch (Throwable e) { // a closed storage also throws Errors
      passing.failed(e);
    }
  }

  private synchronized void read(Persistable record) {
    try {
      if (record instanceof RunRecord run) {
        worker(record, run.description().startMillis()).add(run.description(), run.coverage());
      } else if (record instanceof SegmentRecord segment && !segment.isMerged()) {
        worker(record, segment.segment().run()).add(segment.segment());
      } else if (record instanceof DiagnosisRecord found) {
        RecordedWorker worker = worker(record, found.diagnosis().run());
        Diagnosis diagnosis = RecordReading.diagnosis(found.diagnosis());
        worker.add(diagnosis);
        sink.found(worker, diagnosis);
      } else if (record instanceof InterventionRecord done) {
        RecordedWorker worker = worker(record, done.intervention().run());
        Intervention intervention = RecordReading.intervention(done.intervention());
        worker.add(intervention, done.intervention());
        sink.done(worker, intervention);
      }
    } catch (RecordException | RuntimeException e) {
      reading.failed(e);
    }
  }

  private RecordedWorker worker(Persistable record, long run) {
    List<Object> key = List.of(record.getSessionID(), record.getWorkerID(), run);
    RecordedWorker known = workers.get(key);
    if (known == null) {
      known = new RecordedWorker(record.getSessionID(), record.getWorkerID());
      workers.put(key, known);
      sink.started(known);
    }
    return known;
  }

  @Serial
  private @Nullable Object writeReplace() {
    return null;
  }
}
