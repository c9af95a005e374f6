package dev.traininghealth.run;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.text.Message;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the diagnoses and interventions of a run, and counts the alarms. */
final class RunLog {
  private static final Logger log = LoggerFactory.getLogger(RunLog.class);

  private final Map<String, Long> alarms = new TreeMap<>();

  /** The latest diagnosis that was told: the same one may be told again. */
  private long latest = -1;

  private @Nullable Message latestTried;

  /** Steps that were skipped about the diagnosis of the latest one. */
  private long skips;

  private long skippedFor = -1;

  synchronized void log(Diagnosis d) {
    if (d.isResolved()) {
      log.info("Iteration {}: resolved: {}, {}", d.endIteration(), d.problem(), d.sentence());
      return;
    }
    if (d.id() <= latest) {
      logAgain(d);
      return;
    }
    latest = d.id();
    if (d.isAlarm()) {
      alarms.merge(d.problem().name(), 1L, Long::sum);
      log.warn(
          "Iteration {}: {} ({}): {}{}",
          d.iteration(),
          d.problem(),
          d.severity(),
          d.sentence(),
          advice(d));
    } else {
      log.info("Iteration {}: {}: {}{}", d.iteration(), d.problem(), d.sentence(), advice(d));
    }
  }

  /** Its cause is known, or its remedies were tried: the alarm itself is in the log already. */
  private void logAgain(Diagnosis d) {
    for (Remedy remedy : d.remedies()) {
      if (remedy.isTried() && !Objects.equals(remedy.outcome(), latestTried)) {
        latestTried = remedy.outcome();
        log.info("{}, tried: {}", d.problem(), remedy.advice());
        return;
      }
    }
    log.debug(
        "Iteration {}: {} follows from diagnosis {}", d.iteration(), d.problem(), d.causeId());
  }

  private static String advice(Diagnosis d) {
    return d.remedies().isEmpty() ? "" : " Remedy: " + d.remedies().get(0).advice();
  }

  synchronized void log(Intervention i) {
    String done = (i.applied() ? "" : "Dry run, not applied: ") + i.action();
    if (i.times() > 1) {
      log.info(
          "Iterations {} to {}: {} times, the latest: {}",
          i.iteration(),
          i.lastIteration(),
          i.times(),
          done);
    } else if (i.kind() == Kind.TRIAL) {
      log.info("Iteration {}: {} ({})", i.iteration(), done, i.reason());
    } else if (i.kind() == Kind.SKIP) {
      logSkip(i, done);
    } else {
      log.warn("Iteration {}: {} ({})", i.iteration(), done, i.reason());
    }
  }

  /** One of hundreds that are skipped for one reason says nothing new: twice as many do. */
  private void logSkip(Intervention i, String done) {
    skips = i.diagnosisId() == skippedFor ? skips + 1 : 1;
    skippedFor = i.diagnosisId();
    if (skips == 1) {
      log.warn("Iteration {}: {} ({})", i.iteration(), done, i.reason());
    } else if (Long.bitCount(skips) == 1) {
      log.warn("Iteration {}: {}, {} times by now ({})", i.iteration(), done, skips, i.reason());
    } else {
      log.debug("Iteration {}: {} ({})", i.iteration(), done, i.reason());
    }
  }

  /** What was found, what was done, what it cost. */
  synchronized TrainingSummary summary(
      long iterations, Map<Kind, Long> interventions, boolean dryRun, double recentCostShare) {
    return new TrainingSummary(iterations, alarms, interventions, dryRun, recentCostShare);
  }

  static void log(TrainingSummary summary) {
    if (summary.iterations() > 0) {
      log.info("{}", summary);
    }
  }
}
