package dev.traininghealth.run;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.diagnose.Diagnoser;
import dev.traininghealth.intervene.ProtectionState;
import dev.traininghealth.measure.NetworkMeter;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The diagnoser of a run: begun at the first gradient, from what was learned before if anything.
 */
final class RunDiagnoser {
  private static final Logger log = LoggerFactory.getLogger(RunDiagnoser.class);

  private final ListenerSettings settings;
  private final NetworkMeter meter;
  private final RunGuards guards;
  private final @Nullable ProtectedRun protectedRun;
  private final Consumer<Diagnosis> sink;
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
  }

  /** Begins at the first gradient; null where that has failed. */
  @Nullable Diagnoser get() {
    Diagnoser d = diagnoser;
    if (d == null && !guards.beginning.isOff()) {
      try {
        d = begun(sink);
        diagnoser = d;
        restore(d);
      } catch (Throwable e) {
        guards.beginning.failed(e);
      }
    }
    return d;
  }

  private Diagnoser begun(Consumer<Diagnosis> to) {
    return new Diagnoser(
        Objects.requireNonNull(meter.layout()),
        Objects.requireNonNull(meter.measurement()),
        settings.falseAlarmRate(),
        settings.newDetectors(),
        to);
  }

  /** Forgets what was usual, and what detectors remember; what stands goes on standing. */
  void beginAnew() {
    Diagnoser d = get();
    if (d != null) {
      d.restore(begun(diagnosis -> {}).statistics());
    }
  }

  /** What has been learned about the run; null before its first gradient. */
  @Nullable SavedState state() {
    Diagnoser d = diagnoser;
    return d == null
        ? null
        : new SavedState(d.statistics(), protectedRun == null ? null : protectedRun.state());
  }

  /** Goes on from what was learned about a run before; to be called before the first gradient. */
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
}
