package dev.traininghealth.detect.advice;

import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.TriedRates;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Remedies once learning rates were tried: a rate that was better takes the place of one that was
 * only thought of, and where none was, lowering the rate comes last.
 */
final class TriedRemedies {
  /** Rates are named in few digits. */
  private static final double ABOUT = 0.05;

  private final TriedRates tried;
  private final LearningRateAdvice rates;
  private final double own;
  private final Message outcome;

  TriedRemedies(TriedRates tried, LearningRateAdvice rates) {
    this.tried = tried;
    this.rates = rates;
    own = rates.own();
    outcome = tried.report(own);
  }

  List<Remedy> complete(List<Remedy> remedies) {
    if (!(own > 0) || tried.ways().size() < 2) {
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
        (isLower(remedy) ? last : all).add(inVain(remedy));
      } else if (!named) {
        all.add(rates.asTried(better.factor()).tried(outcome));
        named = true;
      }
    }
    all.addAll(last);
    return all;
  }

  /** Whether it goes below the rate that was in use. */
  private boolean isLower(Remedy remedy) {
    return remedy.learningRate() < own * tried.present() * (1 - ABOUT);
  }

  private Remedy inVain(Remedy remedy) {
    double rate = remedy.learningRate();
    if (remedy.isTried() && !isLower(remedy)) {
      return remedy; // it is what an earlier trial came to, and is in use
    }
    boolean itself = tried.covers(rate / own);
    return remedy.tried(
        itself ? outcome : outcome.then(Message.of("tried.notItself", Argument.number(rate))));
  }
}
