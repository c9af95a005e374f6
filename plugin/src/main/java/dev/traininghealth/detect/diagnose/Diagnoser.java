package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.DiagnosedRun;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PeriodicDetector;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.TriedRates;
import dev.traininghealth.detect.statistics.RunHistory;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls each detector at both moments of an iteration and reports diagnoses that start, change and
 * end.
 *
 * <p>Must be called by the training thread. Any thread may call {@link #diagnoses}.
 *
 * @hidden
 */
public final class Diagnoser implements DiagnosedRun {
  /**
   * Minimum iterations per extra measurement of weights, on average. It is expensive, and in some
   * runs all iterations are unusual. Healthy runs need half as many, one per 50 iterations.
   */
  private static final int ITERATIONS_PER_EXTRA_MEASUREMENT = 25;

  /**
   * Maximum number of consecutive extra measurements, so that the start of a series of unusual
   * iterations is measured. Three take what 75 iterations earn.
   */
  private static final int MAX_EXTRA_MEASUREMENTS = 3;

  private double extraMeasurements = MAX_EXTRA_MEASUREMENTS;

  private final RegisteredDetector[] detectors;

  private final RunHistory history;
  private final DiagnosisTracker tracker;
  private final DiagnoserState saving;
  private final Coverage coverage;

  /** A detector, its reporter and its guards. */
  private static final class RegisteredDetector {
    final Detector detector;
    final FindingReporter findings;

    /** Null if the detector has no state to save. */
    final @Nullable DetectorState state;

    /** Created in advance, because memory may be short when it is needed. */
    final Guard guard;

    final String name;

    /** What it has to see; null if that cannot be said, because asking for it failed. */
    final @Nullable Requirement requirement;

    /** Whether it has anything to do before an update. */
    final boolean inspectsGradient;

    /** Whether it has anything to do after an update. */
    final boolean inspectsUpdate;

    /** Whether that is only where {@link PeriodicDetector#isDue} says so. */
    final boolean isPeriodic;

    /** Whether the detector has failed in this iteration. */
    boolean failed;

    RegisteredDetector(
        Detector detector, DiagnosisTracker tracker, NetworkLayout layout, Measurement measured) {
      this.detector = detector;
      String ownName = name(detector);
      name = ownName;
      boolean isOurs = detector instanceof PluginDetector;
      findings =
          finding -> {
            boolean isEffect =
                isOurs
                    && finding.problem().family().isEffectOfNonFiniteScore()
                    && !Double.isFinite(measured.score());
            if (!isEffect) {
              tracker.report(ownName, finding);
            }
          };
      state = detector instanceof Restorable r ? new DetectorState(ownName, r) : null;
      String lost = "what it looks for is neither reported nor acted on";
      guard =
          isOurs
              ? Guard.enduring("Detector " + ownName, lost)
              : Guard.switchingOff("Detector " + ownName, lost + " any more");
      requirement = requirement(layout);
      inspectsGradient = overrides("onGradient");
      inspectsUpdate = overrides("onUpdate");
      isPeriodic = detector instanceof PeriodicDetector;
    }

    /** {@return whether the detector has its own method; the default ones do nothing} */
    private boolean overrides(String method) {
      try {
        return detector
                .getClass()
                .getMethod(method, History.class, FindingReporter.class)
                .getDeclaringClass()
            != Detector.class;
      } catch (NoSuchMethodException | LinkageError e) {
        return true; // it is called, and if it fails, its guard says so
      }
    }

    private @Nullable Requirement requirement(NetworkLayout layout) {
      try {
        return Objects.requireNonNull(detector.requirement(layout), "the detector's requirement");
      } catch (Throwable e) {
        guard.failed(e);
        return null;
      }
    }

    Check check(Coverage coverage) {
      if (requirement == null || guard.isOff()) {
        return Check.missing(name, Message.of("say.check.failed"));
      }
      Check own = detector instanceof PluginDetector plugin ? plugin.check() : null;
      return own == null ? coverage.of(name, requirement) : own;
    }

    void fail(Throwable cause) {
      failed = true;
      guard.failed(cause);
    }

    /** Called at the end of an iteration, since both moments belong to it. */
    void succeed() {
      if (!failed) {
        guard.succeeded();
      }
    }

    /** {@return the detector's name, or the name of its class if that fails} */
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
   * @param measurement the object that has each iteration's numbers
   * @param falseAlarmRate allowed probability of a diagnosis by chance in one healthy iteration,
   *     over all tests for spikes of gradients and score
   * @param detectors the detectors in the order of their calls
   * @param sink receives each diagnosis when it starts, when its cause becomes known, when its
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
    coverage = new Coverage(layout);
    this.detectors =
        detectors.stream()
            .map(d -> new RegisteredDetector(d, tracker, layout, measurement))
            .toArray(RegisteredDetector[]::new);
  }

  /**
   * Processes gradient and score, before the update.
   *
   * @param origin origin of a non-finite value; null for none
   */
  public void onGradient(@Nullable NonFiniteOrigin origin) {
    history.onGradient(origin);
    for (RegisteredDetector each : detectors) {
      each.failed = false;
      if (each.inspectsGradient && !each.guard.isOff()) {
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
   * {@return whether the iteration is so unusual that its weights and updates need an extra
   * measurement}
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
   * {@return whether the frozen baseline should be scored on the minibatch whose gradient is known;
   * to be asked once in each iteration, before {@link #onGradient}}
   */
  public boolean shouldCompareBaseline() {
    return history.shouldCompareBaseline();
  }

  /**
   * Whether the network is so much better than the frozen baseline that a new baseline is due.
   *
   * <p>The new baseline shows whether the network continues to improve. True is returned once per
   * baseline.
   *
   * @return whether to take a new baseline
   */
  public boolean shouldRefreezeBaseline() {
    return history.shouldRefreezeBaseline();
  }

  /**
   * Processes the iteration, after the update.
   *
   * @param origin origin of a non-finite value of this iteration, which {@link #onGradient} may
   *     have received already; null for none
   */
  public void onUpdate(@Nullable NonFiniteOrigin origin) {
    history.onUpdate(origin);
    boolean isPeriod = PeriodicDetector.isDue(history);
    for (RegisteredDetector each : detectors) {
      if (each.guard.isOff()) {
        continue;
      }
      if (each.inspectsUpdate && (isPeriod || !each.isPeriodic)) {
        try {
          each.detector.onUpdate(history, each.findings);
        } catch (Throwable e) {
          each.fail(e);
        }
      }
      each.succeed();
    }
    tracker.process(history.current().iteration(), history.current().epoch());
    tracker.expire(history.current().iteration());
    coverage.observe(history.current());
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
   * Copies the statistics of the run and the state of each {@link Restorable} detector, between two
   * iterations.
   *
   * @return numbers for {@link #restore}
   */
  @Override
  public SavedNumbers statistics() {
    return saving.save(states());
  }

  /**
   * Continues, between two iterations, from statistics of another run of the same network, or of an
   * earlier moment.
   *
   * <p>Active diagnoses remain active until they expire. A detector that is not in the statistics,
   * or cannot use its numbers, keeps its state.
   *
   * @param statistics the numbers that {@link #statistics} returned
   * @throws IllegalArgumentException if they are of a network with other layers or parameters, or
   *     no statistics; nothing has changed then
   */
  @Override
  public void restore(SavedNumbers statistics) {
    saving.restore(statistics, states());
  }

  private List<DetectorState> states() {
    return Arrays.stream(detectors)
        .filter(
            each ->
                !each.guard.isOff()) // the state of a failed user's detector may be inconsistent
        .map(each -> each.state)
        .filter(Objects::nonNull)
        .toList();
  }

  /**
   * {@return the active diagnoses and the latest {@value DiagnosisTracker#MAX_RESOLVED} resolved
   * ones, oldest first}
   */
  public List<Diagnosis> diagnoses() {
    return new ArrayList<>(tracker.diagnoses());
  }

  /** {@return what each detector has looked at so far, in the order of their calls} */
  public List<Check> checks() {
    return Arrays.stream(detectors).map(each -> each.check(coverage)).toList();
  }
}
