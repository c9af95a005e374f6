package dev.traininghealth.publish;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.guard.GuardedStorage;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.SegmentRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.ui.model.storage.impl.SbeStorageMetaData;
import org.jspecify.annotations.Nullable;

/**
 * Takes one measurement an iteration from the training thread and brings all of them, in memory
 * that hardly grows, to a storage, on a thread of its own.
 *
 * <p>The training thread copies numbers into a ring and goes on: no lock that is held while a
 * storage works, no allocation, no storage call. The recorder's thread empties the ring into the
 * {@link SegmentHistory}, and every flush interval puts what has changed there into the storage.
 * Where it cannot follow, because a storage blocks or training is faster than the ring is long, the
 * training thread empties the ring itself: older rows get coarser, none is lost.
 *
 * <p>No failure leaves it. The thread is a daemon, ends when nothing has come for some time, and is
 * begun again by the next row; what is left when the JVM or the thread that trains ends is put by
 * {@link ExitFlush}.
 */
public final class Recorder implements AutoCloseable {
  /** The longest wait for a storage that takes nothing: it must not hang training, too. */
  private static final Duration MOST_WAIT = Duration.ofSeconds(2);

  private final RunDescription run;
  private final String sessionId;
  private final String workerId;
  private final Clock clock;
  private final RowRing ring;
  private final RowReader reader;
  private final SegmentHistory history;
  private final ToldHistory told;
  private final GuardedStorage storage;
  private final @Nullable ReportQueue reportQueue;
  private final StockReports stockReports;
  private final RecorderThread thread;
  private final long mostWaitNanos;

  /** The key of the description among the updates, where later runs do not replace it. */
  private final long descriptionKey;

  /** Held while rows are added, for milliseconds at most; uncontended unless several train. */
  private final Object adding = new Object();

  private long lastIteration = -1;
  private int lastEpoch;
  private boolean closed;

  /** The thread seen last, so that its end is watched once. */
  private @Nullable Thread trainer;

  /**
   * What can be chosen.
   *
   * @param flushInterval time between two hand-overs to the storage: what a page shows is that old
   *     at most, unless the storage takes more than 1 % of the time; then up to ten times that.
   *     Default {@link #DEFAULT_FLUSH_INTERVAL}
   * @param stockReports whether reports for DL4J's own Overview, Model and System pages are
   *     written. Their static record always is, for DL4J lists only sessions that have one. Default
   *     true
   */
  public record Settings(Duration flushInterval, boolean stockReports) {
    /** One second: a page that follows a training needs no more, and it costs next to nothing. */
    public static final Duration DEFAULT_FLUSH_INTERVAL = Duration.ofSeconds(1);

    /** Checks the values. */
    public Settings {
      Objects.requireNonNull(flushInterval, "flushInterval");
      if (flushInterval.isNegative() || flushInterval.isZero()) {
        throw new IllegalArgumentException(
            "flushInterval must be longer than zero, was " + flushInterval);
      }
    }
  }

  /**
   * Creates a recorder. Nothing is put into the storage before the first row.
   *
   * @param layout the network whose measurements will come
   * @param shown the listener's settings as the page shows them, name and value
   * @param model what DL4J's own pages say of the model
   * @param router where the records go
   * @param sessionId the session that they belong to
   * @param workerId the worker that they belong to
   * @param settings what was chosen
   */
  public Recorder(
      NetworkLayout layout,
      Map<String, String> shown,
      ModelDescription model,
      StatsStorageRouter router,
      String sessionId,
      String workerId,
      Settings settings) {
    this(layout, shown, model, router, sessionId, workerId, settings, Clock.systemUTC(), MOST_WAIT);
  }

  Recorder(
      NetworkLayout layout,
      Map<String, String> shown,
      ModelDescription model,
      StatsStorageRouter router,
      String sessionId,
      String workerId,
      Settings settings,
      Clock clock,
      Duration mostWait) {
    this.mostWaitNanos = mostWait.toNanos();
    run = RecordConversion.run(layout, clock.millis(), shown);
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.clock = clock;
    RowShape shape = new RowShape(layout);
    ring = new RowRing(shape);
    reader = new RowReader(run, layout, shape);
    UniqueMillis keys = new UniqueMillis(clock);
    descriptionKey = keys.getAsLong();
    history = new SegmentHistory(sessionId, workerId, run.startMillis(), run.series().size(), keys);
    told = new ToldHistory(sessionId, workerId, run.startMillis(), keys);
    storage = new GuardedStorage(router);
    reportQueue = settings.stockReports() ? new ReportQueue(layout) : null;
    stockReports = new StockReports(run, layout, model, sessionId, workerId);
    thread = new RecorderThread(new Work(), adding, settings.flushInterval().toNanos());
  }

  /**
   * Records one iteration. The measurement is copied; of the values that were not measured at this
   * iteration (see its {@code …Iteration} fields) none is.
   *
   * @param m the numbers of the iteration, of the layout that was given
   */
  public void record(MeasurementWriter m) {
    synchronized (adding) {
      if (closed) {
        return;
      }
      makeRoom();
      ring.add(m);
      lastIteration = m.iteration;
      lastEpoch = m.epoch;
      if (reportQueue != null) {
        reportQueue.offer(m);
      }
      added();
    }
  }

  /**
   * Records a validation score as belonging to the iteration recorded last. Before the first it
   * belongs to iteration 0.
   *
   * @param score the score on data that is not trained on; may be NaN or infinite
   */
  public void validationScore(double score) {
    synchronized (adding) {
      if (closed) {
        return;
      }
      makeRoom();
      ring.addValidation(score, Math.max(0, lastIteration), clock.millis(), lastEpoch);
      added();
    }
  }

  /**
   * Records a diagnosis, or what has become of one that was recorded before.
   *
   * @param diagnosis what was found; of one with the same id the last that was given counts
   */
  public void record(Diagnosis diagnosis) {
    synchronized (adding) {
      if (closed) {
        return;
      }
      told.add(diagnosis, clock.millis());
      added();
    }
  }

  /**
   * Records an intervention, or that one that was recorded before was done again.
   *
   * @param intervention what was done or rehearsed; of one with the same id the last that was given
   *     counts
   */
  public void record(Intervention intervention) {
    synchronized (adding) {
      if (closed) {
        return;
      }
      told.add(intervention, clock.millis());
      added();
    }
  }

  /**
   * The CPU time that the recorder's own thread has taken so far, in nanoseconds; brought up to
   * date once in a flush interval.
   *
   * @return nanoseconds; 0 where the JVM cannot measure it
   */
  public long ownNanos() {
    return thread.nanos();
  }

  /**
   * Waits until all that was recorded has been handed to the storage, the latest values of DL4J's
   * own pages included; two seconds at most, and not at all while a storage hangs that was waited
   * for in vain. For the end of a training and for tests: what is recorded is handed over once in a
   * flush interval anyway.
   */
  public void flush() {
    awaitFlush(beginFlush(false), System.nanoTime());
  }

  /**
   * Asks for a flush; {@link #awaitFlush} waits for it. Begun together, many take as long as one.
   *
   * @param ended whether the thread that trains has ended
   */
  long beginFlush(boolean ended) {
    synchronized (adding) {
      return closed || thread.isCurrent() ? 0 : requestFlush(ended);
    }
  }

  void awaitFlush(long ticket, long start) {
    thread.await(ticket, start, mostWaitNanos);
  }

  /** Flushes and ends the recorder's thread. What is recorded later is left out. */
  @Override
  public void close() {
    long ticket;
    synchronized (adding) {
      if (closed) {
        return;
      }
      closed = true;
      ticket = requestFlush(true);
      thread.end();
    }
    ExitFlush.forget(this);
    awaitFlush(ticket, System.nanoTime());
  }

  private long requestFlush(boolean ended) {
    if (reportQueue != null) {
      reportQueue.offerLast(ended);
    }
    return thread.request();
  }

  private void makeRoom() {
    if (ring.isFull()) {
      drain();
    }
  }

  private void added() {
    Thread current = Thread.currentThread();
    if (trainer != current) {
      trainer = current;
      ExitFlush.register(this, current);
    }
    thread.start();
    if (ring.size() == ring.capacity() / 2) {
      thread.wake();
    }
  }

  private void drain() {
    synchronized (history) {
      ring.drainTo(history, reader);
    }
  }

  /** What the recorder's thread does. */
  private final class Work implements RecorderThread.Work {
    private boolean announced;
    private boolean reportsAnnounced;
    private boolean allPut = true;
    private long onceNanos;

    @Override
    public void gather() {
      told.gathered();
      drain();
    }

    @Override
    public boolean hasMore() {
      return !ring.isEmpty() || told.hasMore();
    }

    @Override
    public boolean isAllPut() {
      return announced && allPut && told.isAllPut() && reportsAnnounced;
    }

    @Override
    public long puts() {
      return storage.puts();
    }

    @Override
    public long onceNanos() {
      return onceNanos;
    }

    @Override
    public boolean put() {
      if (!announced) {
        long before = RecorderThread.cpuNanos();
        announced = announce();
        onceNanos += RecorderThread.cpuNanos() - before;
      }
      boolean rows = announced && putRows();
      // After the rows: who reads them knows the iterations that they speak of.
      boolean words = announced && allPut && told.putTo(storage);
      boolean reports = announced && allPut && putReports();
      return rows || words || reports;
    }

    private boolean putRows() {
      SegmentHistory.Changes changes;
      synchronized (history) {
        if (!history.isChanged()) {
          return false;
        }
        changes = history.changes();
      }
      allPut = putAll(changes.records);
      synchronized (history) {
        if (allPut) {
          changes.stored();
        } else {
          changes.failed();
        }
      }
      return allPut;
    }

    private boolean putReports() {
      if (!reportsAnnounced) {
        long before = RecorderThread.cpuNanos();
        reportsAnnounced = stockReports.announce(storage);
        onceNanos += RecorderThread.cpuNanos() - before;
      }
      return reportsAnnounced
          && reportQueue != null
          && reportQueue.takeAll(slot -> stockReports.put(slot, storage));
    }

    /**
     * Puts what each storage wants before the first update; and the description among the updates,
     * by which a later run of the same session and worker is known as one of the same network.
     */
    private boolean announce() {
      RunRecord record = new RunRecord(sessionId, workerId, run.startMillis(), run);
      RunRecord kept = new RunRecord(sessionId, workerId, descriptionKey, run);
      SbeStorageMetaData meta =
          new SbeStorageMetaData(
              run.startMillis(),
              sessionId,
              HealthRecord.TYPE_ID,
              workerId,
              RunRecord.class,
              SegmentRecord.class);
      return storage.put(
          router -> {
            router.putStorageMetaData(meta);
            router.putStaticInfo(record);
            router.putUpdate(kept);
          });
    }

    private boolean putAll(List<SegmentRecord> records) {
      return records.stream().allMatch(record -> storage.put(router -> router.putUpdate(record)));
    }
  }
}
