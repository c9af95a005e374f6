package dev.traininghealth.publish;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.guard.GuardedStorage;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.lines.JsonLinesRouter;
import dev.traininghealth.numbers.ClassResults;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.publish.stock.StockReports;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.text.Html;
import dev.traininghealth.text.StockPageText;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.jspecify.annotations.Nullable;

/**
 * Receives one measurement per iteration from the training thread and writes all of them to a
 * storage, on its own thread. Its memory grows only with the logarithm of the number of iterations.
 *
 * <p>The training thread copies numbers into a ring and continues. It takes no lock that is held
 * during storage calls, allocates nothing and calls no storage. It waits only at an iteration with
 * a new critical diagnosis, half a second at most, and seldom if there was one of its problem
 * before: the program may end right after it, and a file storage closes its file as soon as that
 * begins. The recorder's thread empties the ring into the {@link SegmentHistory}, and puts the
 * changes into the storage at every flush interval. If it is too slow, because a storage blocks or
 * training is too fast for the ring, the training thread empties the ring itself. Then older rows
 * get coarser, but none is lost.
 *
 * <p>The records of a Spark worker are the exception: the training thread puts them at each
 * iteration, into a list, because DL4J takes them right after the last one.
 *
 * <p>No failure leaves the recorder. Its thread is a daemon, ends after an idle time, and is
 * started again by the next row. {@link ExitFlush} puts the remaining rows when the JVM or the
 * training thread ends.
 *
 * @hidden
 */
public final class Recorder implements AutoCloseable {
  /** Maximum wait for a storage that accepts nothing: it must not block training. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(2);

  /**
   * Maximum of rows in a record of a Spark worker. Each iteration puts the newest record again, as
   * nobody knows which iteration is the last before DL4J takes the records.
   */
  private static final int MAX_WORKER_ROWS = 32;

  private final Clock clock;

  /** Whether the training thread puts each iteration at once, as for a {@link WorkerRouter}. */
  private final boolean putsAtOnce;

  private final RowRing ring;
  private final EventHistory events;
  private final StockReports stockReports;
  private final RecordWriter writer;
  private final RecorderThread thread;

  /** Held for milliseconds while rows are added; contended only if several threads train. */
  private final Object adding = new Object();

  private long lastIteration = -1;
  private int lastEpoch;
  private boolean closed;

  /** The latest critical diagnosis; -1 before the first. */
  private long criticalId = -1;

  /** The problems of which there was a critical diagnosis. */
  private final Set<String> criticalProblems = new HashSet<>();

  /** The latest training thread, so that its end is watched once. */
  private @Nullable Thread trainer;

  /**
   * The recorder's settings.
   *
   * @param flushInterval time between two hand-overs to the storage, which is the maximum age of
   *     the page's data. If the storage takes more than 1 % of the time, it is up to ten times
   *     that. Default {@link #DEFAULT_FLUSH_INTERVAL}
   * @param stockReports whether reports for DL4J's own Overview, Model and System pages are
   *     written; default true. Their static record is always written, because DL4J lists only
   *     sessions that have one
   * @param jsonLines file to which the records are written as JSON lines, too; empty for none
   */
  public record Settings(Duration flushInterval, boolean stockReports, String jsonLines) {
    /** One second: enough for a page that follows a run, at almost no cost. */
    public static final Duration DEFAULT_FLUSH_INTERVAL = Duration.ofSeconds(1);

    /** Checks the values. */
    public Settings {
      Objects.requireNonNull(jsonLines, "jsonLines");
      Objects.requireNonNull(flushInterval, "flushInterval");
      if (flushInterval.isNegative() || flushInterval.isZero()) {
        throw new IllegalArgumentException(
            "flushInterval must be longer than zero, was " + flushInterval);
      }
    }

    private @Nullable StatsStorageRouter copy() {
      return jsonLines.isEmpty() ? null : new JsonLinesRouter(Path.of(jsonLines));
    }
  }

  /**
   * Creates a recorder. Nothing is put into the storage before the first row.
   *
   * @param layout the network whose measurements are recorded
   * @param shown the listener's settings as the page shows them, name and value
   * @param modelClass full name of the model's class, for DL4J's own pages
   * @param modelParameters number of elements of all its parameter arrays, for DL4J's own pages
   * @param configurationJson its configuration in DL4J's JSON, for DL4J's own pages; called once at
   *     most, never on the training thread, because it can take half a second
   * @param router where the records go
   * @param sessionId the session of the records
   * @param workerId the worker of the records
   * @param settings the recorder's settings
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
      Duration maxWait) {
    this.clock = clock;
    putsAtOnce = WorkerRouter.isOne(router);
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
            () -> StockPageText.json(configurationJson.get()),
            StockPageText.session(sessionId),
            Html.escape(workerId),
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
            new GuardedStorage(router, putsAtOnce ? null : settings.copy()),
            putsAtOnce ? MAX_WORKER_ROWS : Integer.MAX_VALUE,
            keys);
    thread =
        new RecorderThread(writer, adding, settings.flushInterval().toNanos(), maxWait.toNanos());
  }

  /**
   * Records one iteration. The measurement is copied, without values that were measured at an
   * earlier iteration (see its {@code …Iteration} fields).
   *
   * @param m the numbers of the iteration, with this recorder's layout
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
      writer.histograms().offer(m);
      added();
      if (putsAtOnce) {
        writer.gatherAndPut();
      }
    }
    thread.awaitUrgent();
  }

  /**
   * Puts later records into another router, as at the next round of a Spark worker. The description
   * of the run is put again.
   *
   * @param router the router of the next round
   */
  public void continueTo(StatsStorageRouter router) {
    synchronized (adding) {
      writer.continueTo(new GuardedStorage(router));
    }
  }

  /**
   * Records from now on, beside the description of the run, what its checks have looked at.
   *
   * @param checks returns the present checks, or null if the run has gone; the recorder's thread
   *     calls it now and then, and must not hold the run by it
   */
  public void recordChecks(Supplier<@Nullable List<Check>> checks) {
    writer.coverage().from(checks);
  }

  /**
   * Shows the rows to an observer from now on, on the recorder's thread.
   *
   * @param observer must not hold the run
   * @return false on a Spark worker, whose training thread puts its records
   */
  public boolean observeRows(RowsObserver observer) {
    if (!putsAtOnce) {
      writer.observe(observer);
    }
    return !putsAtOnce;
  }

  /**
   * Records a validation score for the iteration recorded last, or for iteration 0 before the
   * first.
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

  /** Records how often a classifier was right on validation data, after the named iteration. */
  public void recordClasses(int epoch, long iteration, ClassResults results) {
    writer.classes().add(epoch, iteration, results);
  }

  /**
   * Records a diagnosis, or a new state of a recorded one.
   *
   * @param diagnosis replaces a recorded diagnosis with the same id
   */
  public void record(Diagnosis diagnosis) {
    synchronized (adding) {
      if (closed) {
        return;
      }
      events.add(diagnosis, clock.millis());
      writer.windows().add(diagnosis);
      added();
      if (diagnosis.severity() == Severity.CRITICAL && !putsAtOnce) {
        thread.putSoon();
        if (diagnosis.id() > criticalId) {
          criticalId = diagnosis.id();
          thread.requestWait(criticalProblems.add(diagnosis.problem().name()));
        }
      }
    }
  }

  /**
   * Records an intervention, or a repetition of a recorded one.
   *
   * @param intervention applied or dry-run; replaces a recorded intervention with the same id
   */
  public void record(Intervention intervention) {
    synchronized (adding) {
      if (closed) {
        return;
      }
      events.add(intervention, clock.millis());
      writer.windows().add(intervention);
      added();
      if (!putsAtOnce) {
        thread.putSoon();
      }
    }
  }

  /**
   * The CPU time of the recorder's own thread so far; updated once per flush interval.
   *
   * @return nanoseconds; 0 if the JVM cannot measure it
   */
  public long ownNanos() {
    return thread.nanos();
  }

  /**
   * Waits until all recorded data has been handed to the storage, including the latest values of
   * DL4J's own pages. It waits at most ten seconds, two if the storage accepts nothing, and not at
   * all while a storage hangs after a wait in vain. It is needed only at the end of training and in
   * tests, because data is handed over once per flush interval anyway.
   */
  public void flush() {
    if (putsAtOnce) {
      putLast(FlushReason.REQUESTED);
      return;
    }
    thread.awaitFlush(thread.beginFlush(FlushReason.REQUESTED), System.nanoTime());
  }

  /** Flushes and ends the recorder's thread. Later data is not recorded. */
  @Override
  public void close() {
    long ticket;
    synchronized (adding) {
      if (closed) {
        return;
      }
      closed = true;
      if (putsAtOnce) {
        putLast(FlushReason.RUN_ENDED);
        return;
      }
      ticket = thread.end();
    }
    ExitFlush.forget(thread);
    thread.awaitFlush(ticket, System.nanoTime());
  }

  private void putLast(FlushReason reason) {
    synchronized (adding) {
      writer.flushing(reason);
      writer.gatherAndPut();
    }
  }

  private void makeRoom() {
    if (ring.isFull()) {
      writer.drain();
    }
  }

  private void added() {
    if (putsAtOnce) {
      return;
    }
    Thread current = Thread.currentThread();
    if (trainer != current) {
      trainer = current;
      ExitFlush.register(thread, current);
    }
    thread.start();
    writer.checkAnswer();
    if (ring.size() == ring.capacity() / 2) {
      thread.wake();
    }
  }
}
