package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.detect.fit.DataFindings;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;

/**
 * Detects settings that are easily confused with others.
 *
 * <ul>
 *   <li><b>Dropout</b>: INFO if a layer retains its inputs with a probability below {@value
 *       DataFindings#MIN_RETAINED}. DL4J's {@code dropOut(0.2)} retains 20 %, other libraries drop
 *       20 %.
 *   <li><b>Minibatches of one example</b>: INFO if all minibatches so far had one example, beside
 *       an alarm that this explains, or if after {@value #SLOW_ITERATIONS} iterations the score is
 *       above {@value #SLOW_SHARE} of the constant-prediction score. Their gradients are mostly
 *       noise, and a usual learning rate is meant for more examples. WARNING if the score had been
 *       lower by {@value #STANDARD_ERRORS} standard errors, and is above {@value #UNLEARNED_SHARE}
 *       of the constant-prediction score again: what was learned was lost, with or without another
 *       alarm.
 *   <li><b>Source</b>: Srivastava et al. 2014 retain 50 % of hidden units and 80 % of inputs;
 *       Bengio 2012 calls 32 examples a good default.
 *   <li><b>Defaults</b>: dropout is reported once.
 *   <li><b>When not to use</b>: with a network that is meant to retain so little.
 * </ul>
 */
final class SetupDetector implements PluginDetector, Restorable {
  /** Expiry of findings about the configuration, which are reported once and remain true. */
  private static final int NEVER_EXPIRES = Integer.MAX_VALUE;

  /** Iterations without a report of minibatches of one example: alarms come and go. */
  private static final int EXPIRY_ITERATIONS = 1000;

  /**
   * Share of the constant-prediction score above which a network has hardly learned, as for {@link
   * OscillationDetector}.
   */
  private static final double UNLEARNED_SHARE = 0.8;

  /** Iterations after which a network should have learned from single examples, if it does. */
  private static final int SLOW_ITERATIONS = 500;

  /** Share of the constant-prediction score above which half of the way is still to go. */
  private static final double SLOW_SHARE = 0.5;

  /**
   * Standard errors of the loss of what was learned. The best of many levels is too low by about
   * two, and the difference of two levels has an error of √2.
   */
  private static final double STANDARD_ERRORS = 6;

  private boolean hasLargerMinibatches;

  @Override
  public String name() {
    return "setup";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.DATA);
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    if (history.iterationsSeen() == 0) {
      DataFindings found = new DataFindings(history.layout(), () -> Advice.on(history));
      for (int layer = 0; layer < history.layout().layers().size(); layer++) {
        found.dropout(layer).ifPresent(f -> findings.report(f.expiresAfter(NEVER_EXPIRES)));
      }
    }
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    hasLargerMinibatches |= history.current().batchSize() != 1;
    if (hasLargerMinibatches
        || history.iterationsSeen() % History.EVALUATION_INTERVAL != 0
        || Double.isNaN(history.current().data().labelVariance())) { // examples with many steps
      return;
    }
    boolean isLost = hasLostWhatItLearned(history);
    if (isLost || isSlow(history) || DataHarm.hasExplainedAlarm(history)) {
      findings.report(
          Finding.saying(
                  Problem.FEW_EXAMPLES,
                  isLost ? Severity.WARNING : Severity.INFO,
                  1,
                  Comparison.EQUAL,
                  1,
                  () -> isLost ? lost(history) : Message.of("say.setup.oneExample"))
              .expiresAfter(EXPIRY_ITERATIONS)
              .withRemedies(() -> DataRemedies.enlargeMinibatches(history)));
    }
  }

  private static boolean isSlow(History history) {
    return history.iterationsSeen() >= SLOW_ITERATIONS
        && history.progress().isKnown()
        && history.progress().recent() > SLOW_SHARE * history.constantPredictionScore();
  }

  private static boolean hasLostWhatItLearned(History history) {
    Progress progress = history.progress();
    double unlearned = UNLEARNED_SHARE * history.constantPredictionScore();
    return progress.isKnown()
        && progress.best() < unlearned
        && progress.recent() > unlearned
        && progress.recent() - progress.best() > STANDARD_ERRORS * progress.error();
  }

  private static Message lost(History history) {
    return Message.of("say.setup.oneExample")
        .then(
            Message.of(
                "say.setup.oneExample.lost",
                Argument.number(history.progress().best()),
                Argument.number(history.progress().recent()),
                Argument.number(history.constantPredictionScore())));
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("hasLargerMinibatches", hasLargerMinibatches);
  }

  @Override
  public void restore(SavedNumbers from) {
    hasLargerMinibatches = from.getBoolean("hasLargerMinibatches");
  }
}
