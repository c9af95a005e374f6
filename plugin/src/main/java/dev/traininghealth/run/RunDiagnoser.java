package dev.traininghealth.run;

import dev.traininghealth.compare.live.LiveComparison;
import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.diagnose.Diagnoser;
import dev.traininghealth.intervene.ProtectionState;
import dev.traininghealth.measure.NetworkMeter;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the diagnoser of a run at its first gradient and restores a saved state into it. */
final class RunDiagnoser {
  private static final Logger log = LoggerFactory.getLogger(RunDiagnoser.class);

  private final ListenerSettings settings;
  private final NetworkMeter meter;
  private final RunGuards guards;
  private final @Nullable ProtectedRun protectedRun;
  private final Consumer<Diagnosis> sink;
  private final @Nullable LiveComparison comparison;
  private volatile @Nullable Diagnoser diagnoser;
  private @Nullable SavedState saved;

  RunDiagnoser(
      ListenerSettings settings,
      NetworkMeter meter,
      RunGuards guards,
      @Nullable ProtectedRun protectedRun,
      Consumer<Diagnosis> sink) {
    this.settings = settings;
    this.meter = meter;
    this.guards = guards;
    this.protectedRun = protectedRun;
    this.sink = sink;
    comparison = settings.newComparison();
  }

  /** {@return the comparison with the baseline run; null if there is none} */
  @Nullable LiveComparison comparison() {
    return comparison;
  }

  /** {@return the diagnoser, created at the first gradient, or null if that failed} */
  @Nullable Diagnoser get() {
    Diagnoser d = diagnoser;
    if (d == null && !guards.startingDiagnosis.isOff()) {
      try {
        d = create(sink);
        diagnoser = d;
        restore(d);
      } catch (Throwable e) {
        guards.startingDiagnosis.failed(e);
      }
    }
    return d;
  }

  /** Scores the frozen baseline on this minibatch, if the score is high. */
  void compareIfHigh(Diagnoser d, Model model) {
    if (d.shouldCompareBaseline()) {
      meter.compareNow(model);
    }
  }

  private Diagnoser create(Consumer<Diagnosis> to) {
    return new Diagnoser(
        Objects.requireNonNull(meter.layout()),
        Objects.requireNonNull(meter.measurement()),
        settings.falseAlarmRate(),
        settings.newDetectors(comparison),
        to);
  }

  /** Resets usual levels and the detectors' state. Active diagnoses stay active. */
  void resetStatistics() {
    Diagnoser d = get();
    if (d != null) {
      d.restore(create(diagnosis -> {}).statistics());
    }
  }

  /** {@return what the run has learned, or null before its first gradient} */
  @Nullable SavedState state() {
    Diagnoser d = diagnoser;
    return d == null
        ? null
        : new SavedState(d.statistics(), protectedRun == null ? null : protectedRun.state());
  }

  /** Continues from a saved state. Must be called before the first gradient. */
  void resume(SavedState state) {
    saved = state;
  }

  private void restore(Diagnoser to) {
    SavedState from = saved;
    saved = null;
    if (from == null) {
      return;
    }
    try {
      to.restore(from.statistics());
      ProtectionState protection = from.protection();
      if (protectedRun != null && protection != null) {
        protectedRun.resume(protection);
      }
    } catch (IllegalArgumentException e) {
      log.warn("The saved state of another listener is not used: {}", e.getMessage());
    } catch (Throwable e) {
      guards.resuming.failed(e);
    }
  }

  List<Diagnosis> diagnoses() {
    Diagnoser d = diagnoser;
    return d == null ? List.of() : d.diagnoses();
  }

  /**
   * {@return what each detector has looked at, then checks of protection that are not made, and
   * detectors that are switched off}
   */
  List<Check> checks() {
    Diagnoser d = diagnoser;
    if (d == null) {
      return List.of();
    }
    List<Check> checks = new ArrayList<>(d.checks());
    if (protectedRun != null) {
      checks.addAll(protectedRun.notChecked());
    }
    for (String disabled : new TreeSet<>(settings.withoutDetectors())) {
      checks.add(Check.missing(disabled, Message.of("say.check.off")));
    }
    return checks;
  }
}
