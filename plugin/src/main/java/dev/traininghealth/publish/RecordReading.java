package dev.traininghealth.publish;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RecordedIntervention;
import dev.traininghealth.record.RunRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Converts recorded diagnoses, interventions and checks back into those of the training side, the
 * reverse of {@link RecordConversion}. Texts that were cut stay cut. The problem of a user's
 * detector has the family {@code OTHER}.
 */
final class RecordReading {
  /** The problems of the plugin's detectors, whose families are not recorded. */
  static final List<Problem> PROBLEMS =
      List.of(
          Problem.NON_FINITE,
          Problem.DRIFTING,
          Problem.EXPLODING_GRADIENT,
          Problem.LOSS_SPIKE,
          Problem.DIVERGING_SCORE,
          Problem.MOVING_OBJECTIVE,
          Problem.LARGE_UPDATES,
          Problem.GROWING_WEIGHTS,
          Problem.VANISHING_GRADIENT,
          Problem.COLLAPSING_WEIGHTS,
          Problem.DEAD_RELU,
          Problem.SATURATED_UNITS,
          Problem.OSCILLATING_SCORE,
          Problem.NOT_LEARNING,
          Problem.SMALL_UPDATES,
          Problem.UNSUITABLE_OUTPUT,
          Problem.UNSUITABLE_LABELS,
          Problem.UNNORMALIZED_FEATURES,
          Problem.CONSTANT_FEATURES,
          Problem.UNNORMALIZED_LABELS,
          Problem.IMBALANCED_LABELS,
          Problem.UNSHUFFLED_EXAMPLES,
          Problem.OUTLYING_FEATURES,
          Problem.FEW_EXAMPLES,
          Problem.UNSUITABLE_NETWORK,
          Problem.CONSTANT_OUTPUT,
          Problem.COLLAPSED_ACTIVATIONS,
          Problem.LEARNING_RATE_SCHEDULE,
          Problem.DEPARTS_FROM_BASELINE,
          Problem.MINIBATCH_SIZE,
          Problem.SLOW_ITERATIONS,
          Problem.GROWING_MEMORY,
          Problem.OVERFITTING,
          Problem.PLATEAU,
          Problem.OVERUSED_PROTECTION);

  private RecordReading() {}

  /**
   * {@return what checks have looked at}
   *
   * @param coverage as it was recorded; a state that is not known is left out
   */
  static List<Check> checks(RunRecord.Coverage coverage) {
    List<Check> checks = new ArrayList<>();
    for (RunRecord.Check c : coverage.checks()) {
      for (Check.State state : Check.State.values()) {
        if (state.name().equals(c.state())) {
          checks.add(new Check(c.name(), state, c.first(), c.last(), c.count(), c.message()));
        }
      }
    }
    return checks;
  }

  /**
   * Converts a recorded diagnosis.
   *
   * @throws IllegalArgumentException if a newer version has recorded what this one does not know
   */
  static Diagnosis diagnosis(RecordedDiagnosis d) {
    return new Diagnosis(
        d.id(),
        d.detector(),
        problem(d),
        Severity.valueOf(d.severity()),
        d.layer(),
        d.layerName(),
        d.parameter(),
        d.parameterKey(),
        d.iteration(),
        d.epoch(),
        d.observed(),
        comparison(d.comparison()),
        d.threshold(),
        d.message(),
        d.remedies().stream().map(r -> new Remedy(r.advice(), r.code())).toList(),
        origin(d.origin()),
        d.causeId(),
        d.endIteration());
  }

  private static Problem problem(RecordedDiagnosis d) {
    return PROBLEMS.stream()
        .filter(known -> known.name().equals(d.problem()))
        .findAny()
        .orElseGet(() -> new Problem(d.problem(), ProblemFamily.OTHER, d.shownBy()));
  }

  private static Comparison comparison(String symbol) {
    return Arrays.stream(Comparison.values())
        .filter(c -> c.symbol().equals(symbol))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("unknown comparison " + symbol));
  }

  private static @Nullable NonFiniteOrigin origin(RecordedDiagnosis.@Nullable Origin o) {
    return o == null
        ? null
        : new NonFiniteOrigin(
            NonFiniteOrigin.Place.valueOf(o.place()),
            o.layer(),
            o.parameter(),
            o.count(),
            o.rows(),
            o.exampleCount(),
            o.overflow(),
            o.largestFeature());
  }

  /**
   * Converts a recorded intervention, without the trial of which only the scores are recorded.
   *
   * @throws IllegalArgumentException if a newer version has recorded what this one does not know
   */
  static Intervention intervention(RecordedIntervention i) {
    return new Intervention(
        i.id(),
        Intervention.Kind.valueOf(i.kind()),
        i.iteration(),
        i.epoch(),
        i.lastIteration(),
        i.times(),
        i.diagnosisId(),
        i.problem(),
        i.layer(),
        i.before(),
        i.after(),
        i.snapshotIteration(),
        i.applied(),
        i.message());
  }
}
