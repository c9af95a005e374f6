package dev.traininghealth.ui;

import static dev.traininghealth.publish.DiagnosisFixtures.causedBy;
import static dev.traininghealth.publish.DiagnosisFixtures.diagnosis;
import static dev.traininghealth.publish.DiagnosisFixtures.ended;
import static dev.traininghealth.publish.InterventionFixtures.about;
import static dev.traininghealth.publish.InterventionFixtures.because;
import static dev.traininghealth.publish.InterventionFixtures.done;
import static dev.traininghealth.publish.InterventionFixtures.intervention;
import static dev.traininghealth.publish.InterventionFixtures.values;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.publish.DiagnosisFixtures;
import org.deeplearning4j.core.storage.StatsStorage;

/**
 * A made-up training of 600 iterations to which everything happens that protection can do: clipped
 * from 60 to 400, a step with NaN skipped at 140 and one at 290, at 300 back to 250 at half the
 * learning rates, lower still at 420, higher again at 500, and stopped at the end.
 */
final class ProtectedTraining {
  static final String MARKUP = "<img src=x onerror=window.xss=1>";
  private static final long START = 1_700_000_000_000L;
  private static final int ITERATIONS = 600;
  private static final int THRESHOLD = 5;

  final SimulatedTraining training;
  private final boolean applied;

  private ProtectedTraining(SimulatedTraining training, boolean applied) {
    this.training = training;
    this.applied = applied;
  }

  /** One that does it, or a dry run. */
  static ProtectedTraining in(StatsStorage storage, boolean applied) {
    String mode = applied ? "protecting" : "dryRun";
    SimulatedTraining training =
        SimulatedTraining.ofMode(mode, storage, "session", START, MARKUP, "second", "third");
    ProtectedTraining made = new ProtectedTraining(training, applied);
    made.iterate();
    made.diagnose();
    made.intervene();
    return made;
  }

  private void iterate() {
    for (int i = 0; i < ITERATIONS; i++) {
      double wave = Math.abs(Math.sin(i * 0.7));
      double score = 0.4 + 2 * Math.exp(-i / 180.0) + 0.05 * wave + (i > 270 && i < 300 ? 1.5 : 0);
      double norm = 2 + 2 * wave + (i >= 60 && i <= 400 && i % 4 == 0 ? 9 * wave : 0);
      double factor = !applied || i < 300 ? 1 : i < 420 ? 0.5 : i < 500 ? 0.1 : 0.3;
      training.iterateProtected(
          i == 140 ? Double.NaN : score,
          i == 140 ? Double.NaN : i == 290 ? 4e4 : norm,
          THRESHOLD,
          factor);
    }
  }

  private void diagnose() {
    Diagnosis nan =
        diagnosis(
            0,
            Problem.NON_FINITE,
            Severity.CRITICAL,
            -1,
            "",
            140,
            -1,
            -1,
            DiagnosisFixtures.origin());
    training.diagnose(ended(nan, 141));
    Diagnosis exploding =
        diagnosis(1, Problem.EXPLODING_GRADIENT, Severity.WARNING, 1, "second", 290, -1, -1, null);
    training.diagnose(exploding);
    training.diagnose(causedBy(diagnosis(2, Problem.OSCILLATING_SCORE, Severity.WARNING, 295), 1));
  }

  private void intervene() {
    put(0, Kind.CLIP, 60, 13.02, 5, -1, "The gradient norm is above the threshold 5.", -1, 85, 400);
    put(1, Kind.SKIP, 140, Double.NaN, 0, -1, "The gradient holds NaN: " + MARKUP, 0, 1, 140);
    put(
        2,
        Kind.SKIP,
        290,
        4e4,
        0,
        -1,
        "The gradient norm is 10,000 times the usual one.",
        1,
        1,
        290);
    put(
        3,
        Kind.ROLLBACK,
        300,
        2.41,
        0.93,
        250,
        "The score has been above its best by more than chance for 25 iterations.",
        1,
        1,
        300);
    put(
        4,
        Kind.LOWER_LEARNING_RATE,
        300,
        1,
        0.5,
        -1,
        "Half the rates after a rollback.",
        1,
        1,
        300);
    put(5, Kind.LOWER_LEARNING_RATE, 420, 0.5, 0.1, -1, "The score still swings.", 2, 1, 420);
    put(6, Kind.RAISE_LEARNING_RATE, 500, 0.1, 0.3, -1, "Steady for 80 iterations.", -1, 1, 500);
    put(7, Kind.STOP, 599, 0.48, Double.NaN, -1, "A third rollback would not help.", 99, 1, 599);
  }

  private void put(
      long id,
      Kind kind,
      long iteration,
      double before,
      double after,
      long snapshot,
      String reason,
      long diagnosis,
      long times,
      long lastIteration) {
    Intervention made = values(intervention(id, kind, iteration, applied), before, after, snapshot);
    String problem =
        diagnosis < 0
            ? ""
            : diagnosis == 0
                ? "non_finite"
                : diagnosis == 2 ? "oscillating_score" : "exploding_gradient";
    training.intervene(
        done(because(about(made, diagnosis, problem), reason), times, lastIteration));
  }
}
