package dev.traininghealth.detect.advice;

import dev.traininghealth.detect.History;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remedies for overused protection, which address the problem that causes it.
 *
 * @hidden
 */
public final class OverusedProtectionRemedies {
  private OverusedProtectionRemedies() {}

  /**
   * {@return remedies for skipped steps, which address the cause of the latest one}
   *
   * @param history the run
   */
  public static List<Remedy> forSkips(History history) {
    if (!history.hasActiveAlarm(ProblemFamily.NON_FINITE)) {
      return explosion(history).remedies(); // skipped because the updater would have overflowed
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

  /**
   * {@return remedies for clipping on alarm, which are those against an exploding gradient}
   *
   * @param history the run
   */
  public static List<Remedy> forClips(History history) {
    return explosion(history).remedies();
  }

  /**
   * {@return remedies for a learning rate that cannot be lowered further}
   *
   * @param history the run
   */
  public static List<Remedy> forLeastLearningRate(History history) {
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
