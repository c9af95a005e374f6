package dev.traininghealth.detect;

import dev.traininghealth.numbers.NonFiniteOrigin;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to change where a cure is applied too often: what makes it necessary, first of all. */
final class CureRemedies {
  private CureRemedies() {}

  /** Where steps are skipped: whatever is behind the latest. */
  static List<Remedy> forSkips(History history) {
    if (!history.stands(Problem.NON_FINITE)) {
      return of(Problem.EXPLODING, null, history); // it would have overflowed in the updater
    }
    NonFiniteOrigin origin = history.origin();
    List<Remedy> remedies = new ArrayList<>(of(Problem.NON_FINITE, origin, history));
    remedies.add(
        isOfData(origin) ? 1 : 0,
        new Remedy(
            "Look at the diagnoses of NaN or Infinity: each names where it came first, and the rows"
                + " of the minibatch that carry it.",
            "listener.diagnoses()"));
    return remedies;
  }

  private static boolean isOfData(@Nullable NonFiniteOrigin origin) {
    return origin != null
        && (origin.place() == NonFiniteOrigin.Place.FEATURES || origin.place() == NonFiniteOrigin.Place.LABELS);
  }

  /** Where abnormal gradients are clipped: what keeps them from growing, as for a single one. */
  static List<Remedy> forClips(History history) {
    return of(Problem.EXPLODING, null, history);
  }

  /** Where the learning rate can be lowered no further. */
  static List<Remedy> forLeastLearningRate(History history) {
    List<Remedy> remedies = new ArrayList<>();
    remedies.add(
        new Remedy(
            "Look at the diagnoses for which it was lowered: a lower rate does not heal what causes"
                + " them.",
            "listener.interventions()"));
    new RateRemedies(history.layout(), history.now()).asLowered().ifPresent(remedies::add);
    for (Remedy remedy : of(Problem.EXPLODING, null, history)) {
      if (!remedy.code().startsWith(".updater(")) {
        remedies.add(remedy);
      }
    }
    return remedies;
  }

  /** What to change against the problem itself. */
  private static List<Remedy> of(Problem problem, @Nullable NonFiniteOrigin origin, History history) {
    Finding finding =
        Finding.of(
            problem,
            Severity.WARNING,
            Double.NaN,
            Comparison.NOT_FINITE,
            Double.MAX_VALUE,
            () -> "");
    return Remedies.of(
        origin == null ? finding : finding.from(origin),
        "",
        false,
        history.layout(),
        history.now());
  }
}
