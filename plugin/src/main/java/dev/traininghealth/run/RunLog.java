package dev.traininghealth.run;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.text.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.NOPLogger;

/** Logs the diagnoses and interventions of a run, and counts the alarms. */
final class RunLog {
  private static final int MAX_IN_FULL = 10;

  private static final Logger RUNS = LoggerFactory.getLogger(RunLog.class);

  private final Logger log;

  /** What each line starts with. */
  private final String prefix;

  private final Map<String, Long> alarms = new TreeMap<>();

  /** The worst severity so far; null before the first diagnosis. */
  private @Nullable Severity worst;

  /** Largest id of a logged diagnosis, -1 before the first. Updates of a diagnosis have its id. */
  private long latestId = -1;

  /** How often a diagnosis of each problem in each layer began. */
  private final Map<String, Long> starts = new HashMap<>();

  /** Ids of the diagnoses whose begin was logged, and whose end is to be. */
  private final Set<Long> endsToLog = new HashSet<>();

  /** The latest logged outcome of a trial of remedies. */
  private @Nullable Message latestOutcome;

  /** Skips for each problem; empty text for those without a diagnosis. */
  private final Map<String, Long> skips = new TreeMap<>();

  RunLog() {
    this(RUNS, "");
  }

  private RunLog(Logger log, String prefix) {
    this.log = log;
    this.prefix = prefix;
  }

  /** {@return a log that only counts, for what is logged elsewhere} */
  static RunLog silent() {
    return new RunLog(NOPLogger.NOP_LOGGER, "");
  }

  /** {@return a log whose lines name a worker} */
  static RunLog ofWorker(String workerId) {
    return new RunLog(RUNS, "Worker " + workerId + ": ");
  }

  synchronized void log(Diagnosis d) {
    boolean isNew = d.id() > latestId;
    if (isNew) { // a worker's may be resolved by the time at which its records arrive
      latestId = d.id();
      logStart(d);
    }
    if (d.isResolved()) {
      write(
          endsToLog.remove(d.id()) ? Level.INFO : Level.DEBUG,
          () ->
              "Iteration " + d.endIteration() + ": resolved: " + d.problem() + ", " + d.sentence());
    } else if (!isNew) {
      logUpdate(d);
    }
  }

  /**
   * Logs a new diagnosis. One that comes again and again, as that of a broken example at each
   * epoch, is logged in full {@value #MAX_IN_FULL} times, and then the 16th, 32nd, 64th time and so
   * on.
   */
  private void logStart(Diagnosis d) {
    Severity before = worst;
    worst = before == null || d.severity().compareTo(before) > 0 ? d.severity() : before;
    if (d.isAlarm()) {
      alarms.merge(d.problem().name(), 1L, Long::sum);
    }
    long count = starts.merge(d.problem().name() + ' ' + d.layer(), 1L, Long::sum);
    boolean isLogged = count <= MAX_IN_FULL || Long.bitCount(count) == 1;
    if (isLogged) {
      endsToLog.add(d.id());
    }
    Level level = d.isAlarm() ? Level.WARN : Level.INFO;
    write(
        isLogged ? level : Level.DEBUG,
        () ->
            "Iteration "
                + d.iteration()
                + ": "
                + d.problem()
                + (d.isAlarm() ? " (" + d.severity() + ")" : "")
                + ": "
                + d.sentence()
                + (d.remedies().isEmpty() ? "" : " Remedy: " + d.remedies().get(0).advice())
                + (isLogged ? repeated(count) : ""));
  }

  private static String repeated(long count) {
    if (count < MAX_IN_FULL) {
      return "";
    }
    String times = " This began " + count + " times by now";
    return count > MAX_IN_FULL
        ? times + "."
        : times + "; from now on only the 16th, 32nd, 64th time and so on, and each at DEBUG.";
  }

  /** Logs an update of a logged diagnosis: its cause, or the outcome of trying its remedies. */
  private void logUpdate(Diagnosis d) {
    for (Remedy remedy : d.remedies()) {
      if (remedy.isTried() && !Objects.equals(remedy.outcome(), latestOutcome)) {
        latestOutcome = remedy.outcome();
        write(Level.INFO, () -> d.problem() + ", tried: " + remedy.advice());
        return;
      }
    }
    write(
        Level.DEBUG,
        () ->
            "Iteration "
                + d.iteration()
                + ": "
                + d.problem()
                + " is an effect of diagnosis "
                + d.causeId());
  }

  synchronized void log(Intervention i) {
    if (i.times() > 1) {
      write(
          Level.INFO,
          () ->
              "Iterations "
                  + i.iteration()
                  + " to "
                  + i.lastIteration()
                  + ": "
                  + i.times()
                  + " times, the latest: "
                  + change(i));
    } else if (i.kind() == Kind.SKIP) {
      logSkip(i);
    } else {
      write(i.kind() == Kind.TRIAL ? Level.INFO : Level.WARN, () -> line(i, ""));
    }
  }

  /**
   * Warns of the first skip for a problem and when the number of its skips has doubled. Bad
   * minibatches between good ones have a diagnosis each, so that these are no measure.
   */
  private void logSkip(Intervention i) {
    long count = skips.merge(i.problem(), 1L, Long::sum);
    boolean isLogged = Long.bitCount(count) == 1;
    write(
        isLogged ? Level.WARN : Level.DEBUG,
        () -> line(i, isLogged && count > 1 ? ", " + count + " times by now" : ""));
  }

  private static String line(Intervention i, String times) {
    return "Iteration " + i.iteration() + ": " + change(i) + times + " (" + i.reason() + ")";
  }

  private static String change(Intervention i) {
    return (i.applied() ? "" : "Dry run, not applied: ") + i.action();
  }

  /** Logs a line, which is put into words only where somebody reads it. */
  private void write(Level level, Supplier<String> line) {
    if (level == Level.WARN && log.isWarnEnabled()) {
      log.warn("{}{}", prefix, line.get());
    } else if (level == Level.INFO && log.isInfoEnabled()) {
      log.info("{}{}", prefix, line.get());
    } else if (level == Level.DEBUG && log.isDebugEnabled()) {
      log.debug("{}{}", prefix, line.get());
    }
  }

  /** {@return the summary of the run, with the logged alarms} */
  synchronized TrainingSummary summary(
      long iterations,
      Map<Kind, Long> interventions,
      boolean dryRun,
      TrainingCost cost,
      List<Check> checks) {
    return new TrainingSummary(iterations, alarms, worst, interventions, dryRun, cost, checks);
  }

  /** Warns that there is no storage. */
  static void logMissingStorage() {
    RUNS.warn(
        "Nothing is measured, because the listener has no storage. Set one with"
            + " setStorageRouter(...); on Spark, call sparkNet.setListeners(listener.sparkRouter(),"
            + " listener). A storage that cannot be serialized is dropped when the listener is"
            + " serialized.");
  }

  /** Tells that another network has its own run. */
  static void logAnother(String sessionId) {
    RUNS.info(
        "Another network is trained with this listener: it has its own run, session {}", sessionId);
  }

  /** Tells that networks are trained in turns, so that several runs stay open. */
  static void logTurns(int maxOpen) {
    RUNS.info(
        "Several networks are trained in turns with this listener: each keeps its run, and the"
            + " {} latest runs stay open",
        maxOpen);
  }

  /** Warns that more networks are trained in turns than runs stay open. */
  static void logTooMany(int maxOpen) {
    RUNS.warn(
        "More than {} networks are trained in turns with one listener: runs end and start again"
            + " repeatedly. Use one listener for each network.",
        maxOpen);
  }

  static void log(TrainingSummary summary) {
    if (summary.iterations() > 0) {
      RUNS.info("{}", summary);
    }
  }
}
