package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.DiagnosedRun;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.TriedRates;
import dev.traininghealth.detect.statistics.RunHistory;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks every detector at both moments of an iteration and hands on what starts, changes and ends.
 * To be called by the thread that trains; {@link #diagnoses} by any.
 *
 * @hidden
 */
public final class Diagnoser implements DiagnosedRun {
  /** Weights are measured out of turn at most once in so many iterations, ... */
  private static final int ITERATIONS_PER_EXTRA_MEASUREMENT = 25;

  /** ... and so often in a row: it is dear, and there are runs in which all is conspicuous. */
  private static final int MAX_EXTRA_MEASUREMENTS = 3;

  private double extraMeasurements = MAX_EXTRA_MEASUREMENTS;

  private final RegisteredDetector[] detectors;

  private final RunHistory history;
  private final DiagnosisTracker tracker;
  private final DiagnoserState saving;

  /** One detector, and where it reports. */
  private static final class RegisteredDetector {
    final Detector detector;
    final FindingReporter findings;

    /** Null of one that has none to save. */
    final @Nullable DetectorState state;

    /** Made beforehand: when it is needed there may be no memory. */
    final Guard guard;

    /** Whether it has failed in this iteration. */
    boolean failed;

    RegisteredDetector(Detector detector, DiagnosisTracker tracker) {
      this.detector = detector;
      String called = name(detector);
      findings = finding -> tracker.report(called, finding);
      state = detector instanceof Restorable r ? new DetectorState(called, r) : null;
      String lost = "what it looks for is neither reported nor acted on";
      guard =
          detector instanceof PluginDetector
              ? Guard.enduring("Detector " + called, lost)
              : Guard.switchingOff("Detector " + called, lost + " any more");
    }

    void fail(Throwable cause) {
      failed = true;
      guard.failed(cause);
    }

    /** At the end of an iteration: one of its two moments may do nothing, and so never fail. */
    void succeed() {
      if (!failed) {
        guard.succeeded();
      }
    }

    /** A detector that does not know its name goes by that of its class. */
    private static String name(Detector detector) {
      try {
        return Objects.requireNonNull(detector.name());
      } catch (Throwable e) {
        return detector.getClass().getName();
      }
    }
  }

  /**
   * Creates a diagnoser of one run.
   *
   * @param layout the network
   * @param measurement the object that holds each iteration's numbers
   * @param falseAlarmRate diagnoses by chance in one healthy iteration, over the tests for spikes
   *     of gradients and score
   * @param detectors whom to ask, in this order
   * @param sink takes each diagnosis when it starts, when its cause becomes known, when its
   *     remedies were tried, and when it ends
   */
  public Diagnoser(
      NetworkLayout layout,
      Measurement measurement,
      double falseAlarmRate,
      List<Detector> detectors,
      Consumer<Diagnosis> sink) {
    tracker = new DiagnosisTracker(layout, measurement, sink);
    history = new RunHistory(layout, measurement, falseAlarmRate, tracker::hasActiveAlarm);
    saving = new DiagnoserState(history);
    this.detectors =
        detectors.stream()
            .map(d -> new RegisteredDetector(d, tracker))
            .toArray(RegisteredDetector[]::new);
  }

  /**
   * When gradient and score are known and nothing has been updated.
   *
   * @param origin where a non-finite value came from, or null where there is none
   */
  public void onGradient(@Nullable NonFiniteOrigin origin) {
    history.onGradient(origin);
    for (RegisteredDetector each : detectors) {
      each.failed = false;
      if (!each.guard.isOff()) {
        try {
          each.detector.onGradient(history, each.findings);
        } catch (Throwable e) {
          each.fail(e);
        }
      }
    }
    tracker.process(history.current().iteration(), history.current().epoch());
  }

  /**
   * Tells whether the iteration looks so unusual that its weights and updates should be measured.
   *
   * @return whether they are worth measuring out of turn
   */
  public boolean shouldMeasureWeights() {
    extraMeasurements =
        Math.min(
            MAX_EXTRA_MEASUREMENTS, extraMeasurements + 1.0 / ITERATIONS_PER_EXTRA_MEASUREMENT);
    if (extraMeasurements < 1 || !history.isUnusual()) {
      return false;
    }
    extraMeasurements--;
    return true;
  }

  /**
   * Tells, once, that the network has become so much better than the copy that it is compared with
   * that another copy should be taken, to see whether it goes on.
   *
   * @return whether the copy has served
   */
  public boolean shouldRefreezeBaseline() {
    return history.shouldRefreezeBaseline();
  }

  /**
   * When the update has been applied and the iteration is done.
   *
   * @param origin where a non-finite value of this iteration came from, which may have been told at
   *     the gradient; null where there is none
   */
  public void onUpdate(@Nullable NonFiniteOrigin origin) {
    history.onUpdate(origin);
    for (RegisteredDetector each : detectors) {
      if (!each.guard.isOff()) {
        try {
          each.detector.onUpdate(history, each.findings);
          each.succeed();
        } catch (Throwable e) {
          each.fail(e);
        }
      }
    }
    tracker.process(history.current().iteration(), history.current().epoch());
    tracker.expire(history.current().iteration());
    history.addToStatistics();
  }

  @Override
  public List<Diagnosis> reported() {
    return tracker.reported();
  }

  @Override
  public @Nullable Diagnosis worstActive(ProblemFamily family) {
    return tracker.worst(family);
  }

  @Override
  public Diagnosis tried(Diagnosis diagnosis, TriedRates rates) {
    return tracker.tried(diagnosis, rates);
  }

  @Override
  public History history() {
    return history;
  }

  /**
   * Copies what was learned about the run, between two iterations: statistics, and the state of
   * every detector that is {@link Restorable}.
   *
   * @return numbers for {@link #restore}
   */
  @Override
  public SavedNumbers statistics() {
    return saving.save(states());
  }

  /**
   * Goes on, between two iterations, from statistics of another run of the same network, or of an
   * earlier moment of this one. What stands goes on standing until it is over. A detector that is
   * not among the statistics, or cannot use what is, stays as it is.
   *
   * @param statistics what {@link #statistics} gave
   * @throws IllegalArgumentException if they are of a network with other layers or parameters, or
   *     no statistics; nothing has been changed then
   */
  @Override
  public void restore(SavedNumbers statistics) {
    saving.restore(statistics, states());
  }

  private List<DetectorState> states() {
    return Arrays.stream(detectors)
        .filter(each -> !each.guard.isOff()) // what a user's remembers may be half changed
        .map(each -> each.state)
        .filter(Objects::nonNull)
        .toList();
  }

  /**
   * Lists what was found, oldest first: what stands, and the latest {@value
   * DiagnosisTracker#MAX_RESOLVED} that are over.
   *
   * @return the diagnoses as they are now
   */
  public List<Diagnosis> diagnoses() {
    return new ArrayList<>(tracker.diagnoses());
  }
}
