package dev.traininghealth.publish;

import dev.traininghealth.guard.CpuTime;
import dev.traininghealth.guard.GuardedStorage;
import dev.traininghealth.publish.stock.StockReports;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.RunRecord.ClassScores;
import dev.traininghealth.record.RunRecord.Histograms;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentRecord;
import java.util.List;
import java.util.function.LongSupplier;
import org.deeplearning4j.ui.model.storage.impl.SbeStorageMetaData;
import org.jspecify.annotations.Nullable;

/**
 * The work of a recorder's thread. It takes the rows that the training thread has added and puts
 * new data into the storage in the order in which readers need it. The order is the run, its rows,
 * its diagnoses and interventions, and the reports for DL4J's own pages.
 */
final class RecordWriter implements RecorderThread.Work {
  private final RunDescription run;
  private final String sessionId;
  private final String workerId;
  private final RowRing ring;
  private final RowReader reader;
  private final SegmentHistory history;
  private final EventHistory events;
  private final RecordedCoverage coverage = new RecordedCoverage();
  private final KeptWindows windows = new KeptWindows();
  private final RecordedClasses classes = new RecordedClasses();
  private final RecordedHistograms histograms;
  private final StockReports stockReports;
  private volatile GuardedStorage storage;

  /** The key of the description among the updates, where later runs do not replace it. */
  private final long descriptionKey;

  private volatile @Nullable RowsObserver observer;

  /** Whether the observer is to be called although the iterations have hardly grown. */
  private volatile boolean observesNow;

  /** Whether the run has ended. Set after its last row was added. */
  private volatile boolean ended;

  /** Whether it had ended before rows were gathered: they are all there are. */
  private boolean gatheredAll;

  private boolean announced;
  private boolean reportsAnnounced;
  private boolean allPut = true;

  /** Whether the storage should be written to. */
  private boolean ready = true;

  private long onceNanos;

  /** Number of rows that the storage has accepted. */
  private volatile long storedRows;

  /** Number of rows that the storage has. A remote one has them when they are sent. */
  private volatile long deliveredRows;

  /**
   * Creates a writer, whose methods the recorder's thread calls.
   *
   * @param ring the rows that the training thread adds
   * @param reader computes values from such rows
   * @param maxRows maximum of rows in a record
   * @param newKey returns keys that no record of this worker has had
   */
  RecordWriter(
      RunDescription run,
      String sessionId,
      String workerId,
      RowRing ring,
      RowReader reader,
      EventHistory events,
      StockReports stockReports,
      GuardedStorage storage,
      int maxRows,
      LongSupplier newKey) {
    this.run = run;
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.ring = ring;
    this.reader = reader;
    this.events = events;
    this.stockReports = stockReports;
    this.storage = storage;
    descriptionKey = newKey.getAsLong();
    histograms = new RecordedHistograms(reader.trained());
    int series = run.series().size();
    history =
        new SegmentHistory(
            sessionId, workerId, run.startMillis(), series, maxRows, windows, newKey);
  }

  /** What the checks of the run have looked at. */
  RecordedCoverage coverage() {
    return coverage;
  }

  /** The iterations of which every single one stays recorded. */
  KeptWindows windows() {
    return windows;
  }

  /** Shows the rows to an observer from now on, which any thread may call. */
  void observe(RowsObserver rows) {
    observer = rows;
  }

  /** How often the network was right on validation data, by class. */
  RecordedClasses classes() {
    return classes;
  }

  /** Histograms of the parameters over the run. */
  RecordedHistograms histograms() {
    return histograms;
  }

  /** Puts later changes into another storage, which gets the description of the run first. */
  void continueTo(GuardedStorage other) {
    storage = other;
    announced = false;
    reportsAnnounced = false;
  }

  /** Moves the added rows into the history; the training thread calls this, too. */
  void drain() {
    synchronized (history) {
      ring.drainTo(history, reader);
    }
  }

  @Override
  public void gather() {
    gatheredAll = ended;
    events.markSeen();
    drain();
  }

  @Override
  public boolean hasMore() {
    return !ring.isEmpty() || events.hasMore();
  }

  @Override
  public void flushing(FlushReason reason) {
    coverage.askNext();
    observesNow = true;
    classes.putNext();
    histograms.putNext();
    stockReports.offerLast(reason.isLast());
    if (reason == FlushReason.RUN_ENDED) {
      ended = true;
    }
  }

  @Override
  public boolean isAllPut() {
    return announced
        && ready
        && allPut
        && events.isAllPut()
        && !coverage.isChanged()
        && !classes.isDue()
        && !histograms.isDue()
        && reportsAnnounced
        && deliveredRows == storedRows;
  }

  @Override
  public long puts() {
    return storage.puts();
  }

  @Override
  public String missing() {
    long rows = ring.added() - deliveredRows;
    if (rows > 0) {
      return rows + " of " + ring.added() + " iterations";
    }
    return hasMore() || !events.isAllPut() ? "some diagnoses or interventions" : "";
  }

  @Override
  public void checkAnswer() {
    storage.checkAnswer();
  }

  @Override
  public String storage() {
    return storage.name();
  }

  @Override
  public long onceNanos() {
    return onceNanos;
  }

  /** Puts what the training thread has added, as on a Spark worker. */
  void gatherAndPut() {
    gather();
    put();
  }

  @Override
  public boolean put() {
    boolean any = putIfReady();
    showRows();
    if (gatheredAll) {
      storage.putEnd(sessionId, workerId);
    }
    return any;
  }

  private void showRows() {
    RowsObserver rows = observer;
    if (rows != null) {
      boolean now = observesNow;
      observesNow = false;
      onceNanos += rows.onRows(run, ring.taken(), now, this::segments);
    }
  }

  private List<Segment> segments() {
    synchronized (history) {
      return history.segments();
    }
  }

  private boolean putIfReady() {
    ready = storage.startRound();
    if (!ready && !storage.isCopied()) {
      return false;
    }
    if (storage.takeLoss()) {
      putAgain();
    }
    boolean any = putChanges();
    noteDelivery();
    return any;
  }

  /** Makes everything a change, because nobody knows what a remote router has dropped. */
  private void putAgain() {
    announced = false;
    reportsAnnounced = false;
    events.putAgain();
    synchronized (history) {
      history.putAgain();
    }
  }

  private void noteDelivery() {
    if (storage.isDelivered()) {
      deliveredRows = storedRows;
    }
  }

  @Override
  public void awaitDelivery(long maxNanos, boolean last) {
    storage.awaitDelivery(maxNanos, last);
    noteDelivery();
    if (deliveredRows != storedRows && put()) { // sent again after a loss
      storage.awaitDelivery(maxNanos, last);
      noteDelivery();
    }
  }

  private boolean putChanges() {
    if (!announced) {
      long before = CpuTime.ofCurrentThread();
      announced = announce();
      onceNanos += CpuTime.ofCurrentThread() - before;
    }
    boolean copied = storage.isCopied();
    boolean rows = (announced || copied) && putRows();
    boolean next = announced && allPut;
    // After the rows, because events refer to iterations that readers then know.
    boolean eventsStored = (next || copied) && events.putTo(storage);
    boolean reports = next && putReports();
    boolean checks = (next || copied) && putCoverage();
    return rows || eventsStored || reports || checks;
  }

  /** Puts the run's description again, with what its checks and validation have by now. */
  private boolean putCoverage() {
    coverage.update(ring.taken());
    if (!coverage.isChanged() && !classes.isDue() && !histograms.isDue()) {
      return false;
    }
    ClassScores scores = classes.latest();
    Histograms latest = histograms.latest();
    RunRecord record = describedRun(scores, latest);
    if (!storage.put(router -> router.putUpdate(record))) {
      return false;
    }
    coverage.stored();
    classes.stored(scores);
    histograms.stored(latest);
    return true;
  }

  private RunRecord describedRun(ClassScores scores, Histograms latest) {
    return new RunRecord(
        sessionId, workerId, descriptionKey, run, coverage.latest(), scores, latest);
  }

  /**
   * Puts the records that a storage needs before the first update. The description is also put
   * among the updates. It shows later whether a run of the same session and worker is of the same
   * network.
   */
  private boolean announce() {
    RunRecord record = new RunRecord(sessionId, workerId, run.startMillis(), run);
    Histograms latest = histograms.latest();
    RunRecord kept = describedRun(classes.latest(), latest);
    SbeStorageMetaData meta =
        new SbeStorageMetaData(
            run.startMillis(),
            sessionId,
            HealthRecord.TYPE_ID,
            workerId,
            RunRecord.class,
            SegmentRecord.class);
    boolean stored =
        storage.put(
            router -> {
              router.putStorageMetaData(meta);
              router.putStaticInfo(record);
              router.putUpdate(kept);
            });
    if (stored) {
      histograms.stored(latest);
    }
    return stored;
  }

  private boolean putRows() {
    SegmentHistory.Changes changes;
    long rows;
    synchronized (history) {
      rows = ring.taken();
      if (!history.isChanged()) {
        return false;
      }
      changes = history.changes();
    }
    allPut = putAll(changes.records);
    synchronized (history) {
      if (allPut) {
        changes.stored();
        storedRows = rows;
      } else {
        changes.failed();
      }
    }
    return allPut;
  }

  private boolean putAll(List<SegmentRecord> records) {
    boolean all = true;
    for (SegmentRecord record : records) {
      all &= storage.put(router -> router.putUpdate(record));
    }
    return all;
  }

  private boolean putReports() {
    if (!reportsAnnounced) {
      long before = CpuTime.ofCurrentThread();
      reportsAnnounced = stockReports.announce(storage);
      onceNanos += CpuTime.ofCurrentThread() - before;
    }
    return reportsAnnounced && stockReports.putTo(storage);
  }
}
