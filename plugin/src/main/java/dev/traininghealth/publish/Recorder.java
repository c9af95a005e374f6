package dev.traininghealth.publish;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.guard.GuardedStorage;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.publish.stock.StockReports;
import dev.traininghealth.record.RunDescription;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.StatsStorageRouter;
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
 *
 * @hidden
 */
public final class Recorder implements AutoCloseable {
  /** The longest wait for a storage that takes nothing: it must not hang training, too. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(2);

  private final Clock clock;
  private final RowRing ring;
  private final EventHistory events;
  private final StockReports stockReports;
  private final RecordWriter writer;
  private final RecorderThread thread;

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
   * @param modelClass full name of the model's class, for DL4J's own pages
   * @param modelParameters number of elements of all its parameter arrays, for the same
   * @param configurationJson its configuration in DL4J's JSON, for the same; asked for once, on the
   *     recorder's thread, for it can take half a second
   * @param router where the records go
   * @param sessionId the session that they belong to
   * @param workerId the worker that they belong to
   * @param settings what was chosen
   */
  public Recorder(
      NetworkLayout layout,
      Map<String, String> shown,
      String modelClass,
      long modelParameters,
      Supplier<String> configurationJson,
      StatsStorageRouter router,
      String sessionId,
      String workerId,
      Settings settings) {
    this(
        layout,
        shown,
        modelClass,
        modelParameters,
        configurationJson,
        router,
        sessionId,
        workerId,
        settings,
        Clock.systemUTC(),
        MAX_WAIT);
  }

  Recorder(
      NetworkLayout layout,
      Map<String, String> shown,
      String modelClass,
      long modelParameters,
      Supplier<String> configurationJson,
      StatsStorageRouter router,
      String sessionId,
      String workerId,
      Settings settings,
      Clock clock,
      Duration mostWait) {
    this.clock = clock;
    RunDescription run = RecordConversion.run(layout, clock.millis(), shown);
    RowLayout shape = new RowLayout(layout);
    ring = new RowRing(shape);
    UniqueMillis keys = new UniqueMillis(clock);
    events = new EventHistory(sessionId, workerId, run.startMillis(), keys);
    stockReports =
        new StockReports(
            layout,
            run.startMillis(),
            modelClass,
            modelParameters,
            configurationJson,
            sessionId,
            workerId,
            settings.stockReports());
    writer =
        new RecordWriter(
            run,
            sessionId,
            workerId,
            ring,
            new RowReader(run, layout, shape),
            events,
            stockReports,
            new GuardedStorage(router),
            keys);
    thread =
        new RecorderThread(writer, adding, settings.flushInterval().toNanos(), mostWait.toNanos());
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
      stockReports.offer(m);
      added();
    }
  }

  /**
   * Records a validation score as belonging to the iteration recorded last. Before the first it
   * belongs to iteration 0.
   *
   * @param score the score on data that is not trained on; may be NaN or infinite
   */
  public void recordValidationScore(double score) {
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
      events.add(diagnosis, clock.millis());
      added();
    }
  }

  /**
   * Records an intervention, or that one that was recorded before was done again.
   *
   * @param intervention what was done or dryRun; of one with the same id the last that was given
   *     counts
   */
  public void record(Intervention intervention) {
    synchronized (adding) {
      if (closed) {
        return;
      }
      events.add(intervention, clock.millis());
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
   * own pages included: at most ten seconds, two if the storage takes nothing, and not at all while
   * a storage hangs that was waited for in vain. For the end of a training and for tests: what is
   * recorded is handed over once in a flush interval anyway.
   */
  public void flush() {
    thread.awaitFlush(thread.beginFlush(false), System.nanoTime());
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
      ticket = thread.end();
    }
    ExitFlush.forget(thread);
    thread.awaitFlush(ticket, System.nanoTime());
  }

  private void makeRoom() {
    if (ring.isFull()) {
      writer.drain();
    }
  }

  private void added() {
    Thread current = Thread.currentThread();
    if (trainer != current) {
      trainer = current;
      ExitFlush.register(thread, current);
    }
    thread.start();
    if (ring.size() == ring.capacity() / 2) {
      thread.wake();
    }
  }
}
