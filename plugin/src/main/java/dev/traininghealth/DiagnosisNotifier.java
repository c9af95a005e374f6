package dev.traininghealth;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Severity;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells diagnoses to the log, and to the user's callback on a thread of its own, so that a callback
 * that fails, blocks or is slow never holds up the training.
 */
final class DiagnosisNotifier implements Consumer<Diagnosis> {
  private static final Logger log = LoggerFactory.getLogger(DiagnosisNotifier.class);

  /** Diagnoses waiting for a slow callback; more are left out, which is told. */
  private static final int MOST_WAITING = 1000;

  private final @Nullable Consumer<Diagnosis> callback;
  private final BackgroundWorker worker =
      new BackgroundWorker("training-health-diagnoses", MOST_WAITING);
  private boolean toldOfOverflow;
  private long alarms;

  /**
   * The latest diagnosis that was counted: the same one may be told again when its cause is known.
   */
  private long latest = -1;

  DiagnosisNotifier(@Nullable Consumer<Diagnosis> callback) {
    this.callback = callback;
  }

  @Override
  public void accept(Diagnosis diagnosis) {
    tellLog(diagnosis);
    if (diagnosis.isAlarm() && !diagnosis.isOver() && diagnosis.id() > latest) {
      latest = diagnosis.id();
      alarms++;
    }
    Consumer<Diagnosis> receiver = callback;
    if (receiver != null && !worker.give(() -> call(receiver, diagnosis)) && !toldOfOverflow) {
      toldOfOverflow = true;
      log.warn(
          "The callback for diagnoses is so slow that {} wait for it: more are left out, here and"
              + " later",
          MOST_WAITING);
    }
  }

  /** Tells, at the end of a run, how often there was an alarm. */
  void summarize(long iterations) {
    if (iterations > 0) {
      log.info(
          "{} iterations watched, {} alarms ({} in a million iterations)",
          iterations,
          alarms,
          Math.round(1e6 * (double) alarms / (double) iterations));
    }
  }

  private static void tellLog(Diagnosis d) {
    if (d.isOver()) {
      log.info("Iteration {}: over since then: {}, {}", d.end(), d.problem(), d.sentence());
    } else if (d.severity().isAtLeast(Severity.WARNING)) {
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

  private static String advice(Diagnosis d) {
    return d.remedies().isEmpty() ? "" : " Remedy: " + d.remedies().get(0).advice();
  }

  private static void call(Consumer<Diagnosis> receiver, Diagnosis diagnosis) {
    try {
      receiver.accept(diagnosis);
    } catch (RuntimeException | LinkageError e) {
      log.warn("The callback for diagnoses failed; training goes on", e);
    }
  }

  /** Waits until the callback has had all that was told before, or so long. */
  void flush(Duration mostWait) {
    if (!worker.flush(mostWait)) {
      log.debug("The callback for diagnoses is still at work after {}", mostWait);
    }
  }

  void close(Duration mostWait) {
    flush(mostWait);
    worker.end();
  }
}
