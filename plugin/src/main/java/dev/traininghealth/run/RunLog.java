package dev.traininghealth.run;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/** Logs the diagnoses and interventions of a run, and counts the alarms. */
final class RunLog {
  private static final Logger RUNS = LoggerFactory.getLogger(RunLog.class);

  private final Logger log;

  /** What each line starts with. */
  private final String prefix;

  private final Map<String, Long> alarms = new TreeMap<>();

  /** The worst severity so far; null before the first diagnosis. */
  private @Nullable Severity worst;

  /** Largest id of a logged diagnosis, -1 before the first. Updates of a diagnosis have its id. */
  private long latestId = -1;

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
      log.info(
          "{}Iteration {}: resolved: {}, {}", prefix, d.endIteration(), d.problem(), d.sentence());
    } else if (!isNew) {
      logUpdate(d);
    }
  }

  private void logStart(Diagnosis d) {
    Severity before = worst;
    worst = before == null || d.severity().compareTo(before) > 0 ? d.severity() : before;
    if (d.isAlarm()) {
      alarms.merge(d.problem().name(), 1L, Long::sum);
      log.warn(
          "{}Iteration {}: {} ({}): {}{}",
          prefix,
          d.iteration(),
          d.problem(),
          d.severity(),
          d.sentence(),
          advice(d));
    } else {
      log.info(
          "{}Iteration {}: {}: {}{}", prefix, d.iteration(), d.problem(), d.sentence(), advice(d));
    }
  }

  /** Logs an update of a logged diagnosis: its cause, or the outcome of trying its remedies. */
  private void logUpdate(Diagnosis d) {
    for (Remedy remedy : d.remedies()) {
      if (remedy.isTried() && !Objects.equals(remedy.outcome(), latestOutcome)) {
        latestOutcome = remedy.outcome();
        log.info("{}{}, tried: {}", prefix, d.problem(), remedy.advice());
        return;
      }
    }
    log.debug(
        "{}Iteration {}: {} is an effect of diagnosis {}",
        prefix,
        d.iteration(),
        d.problem(),
        d.causeId());
  }

  private static String advice(Diagnosis d) {
    return d.remedies().isEmpty() ? "" : " Remedy: " + d.remedies().get(0).advice();
  }

  synchronized void log(Intervention i) {
    String change = (i.applied() ? "" : "Dry run, not applied: ") + i.action();
    if (i.times() > 1) {
      log.info(
          "{}Iterations {} to {}: {} times, the latest: {}",
          prefix,
          i.iteration(),
          i.lastIteration(),
          i.times(),
          change);
    } else if (i.kind() == Kind.TRIAL) {
      log.info("{}Iteration {}: {} ({})", prefix, i.iteration(), change, i.reason());
    } else if (i.kind() == Kind.SKIP) {
      logSkip(i, change);
    } else {
      log.warn("{}Iteration {}: {} ({})", prefix, i.iteration(), change, i.reason());
    }
  }

  /**
   * Warns of the first skip for a problem and when the number of its skips has doubled. Bad
   * minibatches between good ones have a diagnosis each, so that these are no measure.
   */
  private void logSkip(Intervention i, String change) {
    long count = skips.merge(i.problem(), 1L, Long::sum);
    if (count == 1) {
      log.warn("{}Iteration {}: {} ({})", prefix, i.iteration(), change, i.reason());
    } else if (Long.bitCount(count) == 1) {
      log.warn(
          "{}Iteration {}: {}, {} times by now ({})",
          prefix,
          i.iteration(),
          change,
          count,
          i.reason());
    } else {
      log.debug("{}Iteration {}: {} ({})", prefix, i.iteration(), change, i.reason());
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
