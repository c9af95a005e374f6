package dev.traininghealth.detect.advice;

import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.TriedRates;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Completes remedies with the result of trying learning rates.
 *
 * <p>A rate that was better replaces rates that were only estimated. If none was better, lowering
 * the rate comes last.
 */
final class TriedRemedies {
  /**
   * Relative tolerance when rates are compared. Rates are named with one digit, and neighbors such
   * as 9 and 10 differ by 10 %, twice as much.
   */
  private static final double RATE_TOLERANCE = 0.05;

  private final TriedRates tried;
  private final LearningRateAdvice rates;
  private final double configured;
  private final Message outcome;

  TriedRemedies(TriedRates tried, LearningRateAdvice rates) {
    this.tried = tried;
    this.rates = rates;
    configured = rates.configured();
    outcome = tried.report(configured);
  }

  List<Remedy> complete(List<Remedy> remedies) {
    if (!(configured > 0) || tried.ways().size() < 2) {
      return remedies; // there was no rate to try
    }
    TriedRates.Way better = tried.lower();
    List<Remedy> all = new ArrayList<>();
    List<Remedy> last = new ArrayList<>();
    boolean named = false;
    for (Remedy remedy : remedies) {
      if (!remedy.namesRate()) {
        all.add(remedy);
      } else if (better == null) {
        (isLower(remedy) ? last : all).add(withoutGain(remedy));
      } else if (!named) {
        all.add(rates.asTried(better.factor()).tried(outcome));
        named = true;
      }
    }
    all.addAll(last);
    return all;
  }

  /** {@return whether a remedy names a rate below the one in use} */
  private boolean isLower(Remedy remedy) {
    return remedy.learningRate() < configured * tried.present() * (1 - RATE_TOLERANCE);
  }

  private Remedy withoutGain(Remedy remedy) {
    double rate = remedy.learningRate();
    if (remedy.isTried() && !isLower(remedy)) {
      return remedy; // an earlier trial found this rate, and it is in use
    }
    boolean itself = tried.covers(rate / configured);
    return remedy.tried(
        itself ? outcome : outcome.then(Message.of("tried.notItself", Argument.number(rate))));
  }
}
