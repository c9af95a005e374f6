package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.History;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to change if protection acts too often: what makes it necessary, first of all. */
final class OverusedProtectionRemedies {
  private OverusedProtectionRemedies() {}

  /** Where steps are skipped: whatever is behind the latest. */
  static List<Remedy> forSkips(History history) {
    if (!history.hasActiveAlarm(ProblemFamily.NON_FINITE)) {
      return explosion(history).remedies(); // it would have overflowed in the updater
    }
    NonFiniteOrigin origin = history.origin();
    List<Remedy> remedies = new ArrayList<>(Advice.on(history).againstNonFinite(origin).remedies());
    remedies.add(
        isOfData(origin) ? 1 : 0,
        new Remedy(Message.of("remedy.lookAtNonFinite"), "listener.diagnoses()"));
    return remedies;
  }

  private static boolean isOfData(@Nullable NonFiniteOrigin origin) {
    return origin != null && origin.isOfData();
  }

  private static Advice explosion(History history) {
    return Advice.on(history).againstExplosion();
  }

  /** Where abnormal gradients are clipped: what keeps them from growing, as for a single one. */
  static List<Remedy> forClips(History history) {
    return explosion(history).remedies();
  }

  /** Where the learning rate can be lowered no further. */
  static List<Remedy> forLeastLearningRate(History history) {
    List<Remedy> remedies = new ArrayList<>();
    remedies.add(new Remedy(Message.of("remedy.lookAtLowered"), "listener.interventions()"));
    remedies.addAll(Advice.on(history).learningRateAsLowered().remedies());
    for (Remedy remedy : explosion(history).remedies()) {
      if (!remedy.code().startsWith(".updater(")) {
        remedies.add(remedy);
      }
    }
    return remedies;
  }
}
