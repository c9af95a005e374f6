package dev.traininghealth.intervene;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.diagnose.Diagnoser;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A situation for tests: at first a long, healthy run without interventions. */
final class FakeSituation implements Situation {
  private static final Diagnoser LEARNED =
      diagnoser(1000, i -> Math.exp(-0.005 * i) + 0.01 * Math.sin(i));
  private static final Diagnoser NOTHING_LEARNED = diagnoser(1000, i -> 1 + 0.01 * Math.sin(i));

  final List<Diagnosis> reported = new ArrayList<>();
  final List<Diagnosis> active = new ArrayList<>();
  final Map<Kind, Long> since = new EnumMap<>(Kind.class);
  final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
  ProtectionSettings settings = ProtectionSettings.defaults();
  boolean learned = true;

  /** The history to show instead of one of a thousand finite scores; null for none. */
  @Nullable Diagnoser instead;

  boolean finite = true;
  boolean scheduled;
  boolean canRollBack = true;
  double factor = 1;
  double maxLearningRateFactor = 1;
  int skipped;
  int rollbacks;
  int spikes;
  long iterationsSinceAlarm = 1000;

  /** The history of a network with these scores. */
  static Diagnoser diagnoser(int iterations, IntToDoubleFunction scores) {
    return diagnoser(iterations, scores, 1);
  }

  /** The same, where the latest gradient has this norm. */
  static Diagnoser diagnoser(int iterations, IntToDoubleFunction scores, double gradientNorm) {
    NetworkLayout layout = LayoutBuilder.classifier(1, "relu");
    MeasurementWriter measurement =
        new MeasurementWriter(layout.layers().size(), layout.parameters().size());
    Diagnoser diagnoser =
        new Diagnoser(layout, measurement.measurement(), 1e-6, List.of(), d -> {});
    for (int i = 0; i < iterations; i++) {
      measurement.iteration = i;
      measurement.score = scores.applyAsDouble(i);
      Arrays.fill(measurement.gradientNorm, i == iterations - 1 ? gradientNorm : 1);
      diagnoser.onGradient(null);
      diagnoser.onUpdate(null);
    }
    return diagnoser;
  }

  static Diagnosis diagnosis(Problem problem, Severity severity, @Nullable NonFiniteOrigin origin) {
    return new Diagnosis(
        7,
        "fake",
        problem,
        severity,
        -1,
        "",
        -1,
        "",
        999,
        0,
        1,
        Comparison.ABOVE,
        0,
        Message.literal("A test."),
        List.of(),
        origin,
        -1,
        -1);
  }

  /** Adds a diagnosis of this iteration, which is active as well. */
  FakeSituation reports(Diagnosis diagnosis) {
    reported.add(diagnosis);
    active.add(diagnosis);
    return this;
  }

  @Override
  public List<Diagnosis> reported() {
    return reported;
  }

  @Override
  public @Nullable Diagnosis worstActive(ProblemFamily family) {
    return active.stream().filter(d -> d.problem().is(family)).findFirst().orElse(null);
  }

  @Override
  public History history() {
    Diagnoser shown = learned ? LEARNED : NOTHING_LEARNED;
    return (instead == null ? shown : instead).history();
  }

  @Override
  public ProtectionSettings settings() {
    return settings;
  }

  @Override
  public boolean isNetworkFinite() {
    return finite;
  }

  @Override
  public boolean isObjectiveMoving() {
    return settings.movingObjective();
  }

  @Override
  public double learningRateFactor() {
    return factor;
  }

  @Override
  public boolean hasLearningRateSchedule() {
    return scheduled;
  }

  @Override
  public long iterationsSince(Kind kind) {
    return since.getOrDefault(kind, Long.MAX_VALUE);
  }

  @Override
  public int count(Kind kind, long window) {
    return counts.getOrDefault(kind, 0);
  }

  @Override
  public int consecutiveSkips() {
    return skipped;
  }

  @Override
  public int consecutiveRollbacks() {
    return rollbacks;
  }

  @Override
  public boolean canRollBack() {
    return canRollBack;
  }

  @Override
  public long iterationsSinceAlarm() {
    return iterationsSinceAlarm;
  }

  @Override
  public int spikeCount(int window) {
    return spikes;
  }

  @Override
  public double maxLearningRateFactor() {
    return maxLearningRateFactor;
  }
}
