package dev.traininghealth.compare.live;

import dev.traininghealth.compare.ComparedSeries;
import dev.traininghealth.compare.Recording;
import dev.traininghealth.compare.RunComparer;
import dev.traininghealth.compare.RunComparison;
import dev.traininghealth.detect.BaselineRun;
import dev.traininghealth.detect.Check;
import dev.traininghealth.guard.CpuTime;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.publish.RowsObserver;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Segment;
import dev.traininghealth.report.ReportException;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.text.StockPageText;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares a run with its baseline run while it trains.
 *
 * <p>The recorder's thread compares, when the iterations have grown by {@value #MIN_GROWTH} of
 * their number or after ten seconds, so that the training thread only reads a result. The rows are
 * few, however long the run is, and a comparison takes milliseconds. After one that took longer,
 * the next one is later.
 *
 * @hidden
 */
public final class LiveComparison implements BaselineRun, RowsObserver {
  private static final Logger log = LoggerFactory.getLogger(LiveComparison.class);

  /** Growth of the number of iterations after which a run is compared again. */
  private static final double MIN_GROWTH = 0.1;

  /**
   * Time after which a run is compared again, however little it has grown, nanoseconds: what one
   * waits for without a doubt that anything happens.
   */
  private static final long MAX_PAUSE_NANOS = 10_000_000_000L;

  /** Reciprocal of the largest share of the recorder's time that comparisons may take. */
  private static final long PAUSE_PER_COST = 100;

  private final BaselineSource source;
  private final LongSupplier nanoTime;
  private final Guard guard =
      Guard.switchingOff(
          "Comparing the run with its baseline run", "no departure from it is reported any more");

  private volatile Result latest;

  // The rest is used by the recorder's thread alone.
  private String worker = "";

  /** Null before it is known, and once it was asked. */
  private @Nullable Supplier<String> configuration;

  private boolean isRead;
  private @Nullable Recording baseline;

  /** Why the baseline run cannot be read; null if it can. */
  private @Nullable Result unreadable;

  private Map<String, Object> settings = Map.of();
  private final Set<String> refusals = new HashSet<>();
  private long comparedRows;
  private long lastNanos;
  private long costNanos;

  /**
   * Creates the comparison of a run.
   *
   * @param source where the baseline run is
   */
  public LiveComparison(BaselineSource source) {
    this(source, System::nanoTime);
  }

  LiveComparison(BaselineSource source, LongSupplier nanoTime) {
    this.source = source;
    this.nanoTime = nanoTime;
    latest =
        source.isPresent()
            ? tooEarly(0)
            : Result.missing(Message.of("say.check.baselineRun.serialized"));
  }

  /** Compares nothing, as on a Spark worker. */
  public void leaveOut() {
    latest = Result.missing(Message.of("say.check.baselineRun.serialized"));
  }

  @Override
  public Result latest() {
    return latest;
  }

  /**
   * Sets the worker before the first row.
   *
   * @param id the worker, which is compared with the one of the same name or with the first
   */
  public void ofWorker(String id) {
    worker = id;
  }

  /**
   * Sets the configuration before the first row.
   *
   * @param json the configuration in DL4J's JSON; asked once, on the recorder's thread, because it
   *     takes a while to write
   */
  public void ofConfiguration(Supplier<String> json) {
    configuration = json;
  }

  @Override
  public long onRows(
      RunDescription run, long rows, boolean requested, Supplier<List<Segment>> segments) {
    if (guard.isOff() || !source.isPresent()) {
      return 0;
    }
    if (rows < RunComparer.MIN_ITERATIONS) {
      latest = tooEarly(rows);
      return 0;
    }
    if (!isDue(rows, requested)) {
      return 0;
    }
    long once = 0;
    try {
      once = read();
      long start = nanoTime.getAsLong();
      latest = compare(run, rows, segments);
      lastNanos = nanoTime.getAsLong();
      costNanos = lastNanos - start;
    } catch (Throwable e) {
      latest = Result.missing(Message.of("say.check.failed"));
      guard.failed(e);
    }
    comparedRows = rows;
    return once;
  }

  /** Reads the baseline run at the first call; returns the CPU time of that. */
  private long read() throws IOException {
    if (isRead) {
      return 0;
    }
    isRead = true;
    long before = CpuTime.ofCurrentThread();
    try {
      baseline = source.read(worker);
    } catch (ReportException | IllegalArgumentException e) {
      unreadable = refused(Message.literal(String.valueOf(e.getMessage())));
    }
    return CpuTime.ofCurrentThread() - before;
  }

  private boolean isDue(long rows, boolean requested) {
    if (comparedRows == 0) {
      return true;
    }
    boolean hasGrown = rows >= comparedRows * (1 + MIN_GROWTH);
    long pause = nanoTime.getAsLong() - lastNanos;
    return requested
        ? hasGrown
        : rows > comparedRows
            && pause >= PAUSE_PER_COST * costNanos
            && (hasGrown || pause >= MAX_PAUSE_NANOS);
  }

  private Result compare(RunDescription run, long rows, Supplier<List<Segment>> segments) {
    if (unreadable != null) {
      return unreadable;
    }
    readConfiguration();
    Timeline timeline = Timeline.of(run, segments.get());
    RunComparison comparison = RunComparer.compare(baseline, new Recording(timeline, settings));
    if (!comparison.isPossible()) {
      return isTooShort(timeline, comparison) ? tooEarly(rows) : refused(comparison.message());
    }
    return result(comparison);
  }

  private void readConfiguration() {
    Supplier<String> json = configuration;
    if (json == null) {
      return;
    }
    configuration = null;
    try {
      settings = Recording.configuration(StockPageText.json(json.get()));
    } catch (RuntimeException | LinkageError e) { // a layer of the user's that DL4J cannot write
      log.debug("The runs are compared without their configurations.", e);
    }
  }

  /** Whether more iterations may make a comparison possible: the baseline run has more. */
  private boolean isTooShort(Timeline timeline, RunComparison comparison) {
    Recording good = baseline;
    return good != null
        && comparison.message().key().equals("say.compare.no.short")
        && good.timeline().lastIteration() > timeline.lastIteration();
  }

  private Result refused(Message reason) {
    if (refusals.add(reason.key())) {
      log.warn("The run is not compared with its baseline run: {}", reason.english());
    }
    return Result.missing(reason);
  }

  private static Result result(RunComparison comparison) {
    long first = comparison.firstIteration();
    long last = comparison.lastIteration();
    return new Result(
        detector -> Check.of(detector, 1, first, last, last - first + 1), departure(comparison));
  }

  private static @Nullable Departure departure(RunComparison comparison) {
    List<ComparedSeries> all = comparison.departures();
    Optional<ComparedSeries> first = all.stream().filter(LiveComparison::isEffect).findFirst();
    if (first.isEmpty()) {
      return null;
    }
    Optional<ComparedSeries> score =
        all.stream().filter(s -> s.quantity() == Quantity.SCORE).findFirst();
    Optional<ComparedSeries> rate =
        all.stream().filter(s -> s.quantity() == Quantity.LEARNING_RATE).findFirst();
    Message message =
        Stream.concat(
                // The score is what counts; most often something else departs before it.
                Stream.of(rate, first, score)
                    .flatMap(Optional::stream)
                    .distinct()
                    .map(comparison::ofSeries),
                comparison.differenceMessage().stream())
            .reduce(Message::then)
            .orElseThrow();
    ComparedSeries shown = score.or(() -> first).orElseThrow();
    return new Departure(
        message, shown.value(), shown.baselineValue(), !comparison.differences().isEmpty());
  }

  /** Whether a series depends on more than on settings and on the machine. */
  private static boolean isEffect(ComparedSeries s) {
    return s.counts() && s.quantity() != Quantity.LEARNING_RATE;
  }

  private static Result tooEarly(long rows) {
    return new Result(
        detector ->
            new Check(
                detector,
                Check.State.TOO_EARLY,
                -1,
                -1,
                rows,
                Message.of("say.check.baselineRun.short", Argument.count(rows))),
        null);
  }
}
