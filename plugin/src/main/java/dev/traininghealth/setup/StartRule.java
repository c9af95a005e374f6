package dev.traininghealth.setup;

import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.fit.GradientFall;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.setup.copies.ShortRun;
import dev.traininghealth.setup.copies.ShortRuns;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Optional;

/**
 * Finds a score and gradients at the start from which learning is hard.
 *
 * <ul>
 *   <li><b>What</b>: a score of more than {@value #LARGE_SCORE_RATIO} times that of the best
 *       constant prediction. Weight gradients per element that differ by more than {@value
 *       GradientFall#MIN_FACTOR} between the first and the last hidden layer with weights. Weights
 *       that do not change at all in a short run of a copy.
 *   <li><b>Severity</b>: WARNING for unchanged weights. WARNING for a fall of the gradient, if no
 *       short run gets {@value #LEARNED_SHARE} below the score of a constant prediction. INFO
 *       otherwise.
 *   <li><b>Source</b>: Hochreiter 1991; Glorot and Bengio 2010.
 *   <li><b>Defaults</b>: the factor is that of the detector of a vanishing gradient in training.
 *   <li><b>When not to use</b>: layers that are not meant to learn; frozen ones are left out.
 * </ul>
 */
final class StartRule implements SetupRule {
  /** Ratio to the constant-prediction score that is reported, an order of magnitude. */
  private static final double LARGE_SCORE_RATIO = 10;

  /** Share below the constant-prediction score that shows learning. */
  private static final double LEARNED_SHARE = 0.05;

  @Override
  public String name() {
    return "start";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    score(setup, findings);
    if (!unchanged(setup, findings)) {
      gradients(setup, findings);
    }
  }

  private static void score(Setup setup, FindingReporter findings) {
    double constant = setup.constantPredictionScore();
    double start = setup.pass().score();
    if (constant > 0 && start > LARGE_SCORE_RATIO * constant) {
      findings.report(
          Findings.of(
                  Problem.UNSUITABLE_NETWORK,
                  Severity.INFO,
                  start,
                  LARGE_SCORE_RATIO * constant,
                  Message.of(
                      "say.setup.startScore",
                      Argument.number(start),
                      Argument.number(start / constant),
                      Argument.number(constant)))
              .withRemedies(setup.advice().againstUnfitData().remedies()));
    }
  }

  private static boolean unchanged(Setup setup, FindingReporter findings) {
    Optional<ShortRuns> runs = setup.runs();
    if (runs.isEmpty() || runs.get().configured().isEmpty()) {
      return false;
    }
    for (int p = 0; p < setup.layout().parameters().size(); p++) {
      NetworkLayout.Parameter parameter = setup.layout().parameters().get(p);
      if (parameter.isTrained()
          && parameter.role().isMatrix()
          && runs.get().unchanged().contains(parameter.key())) {
        boolean isZero = setup.pass().gradientNorm(p) == 0;
        findings.report(
            Findings.of(
                    isZero ? Problem.VANISHING_GRADIENT : Problem.SMALL_UPDATES,
                    Severity.WARNING,
                    0,
                    0,
                    Message.of(
                        "say.setup.unchanged",
                        LayerText.layer(setup.layout(), parameter.layer()),
                        Argument.count(runs.get().steps())))
                .inLayer(parameter.layer())
                .withRemedies(against(setup, parameter.layer(), isZero)));
        return true;
      }
    }
    return false;
  }

  private static List<Remedy> against(Setup setup, int layer, boolean isZero) {
    if (!isZero) {
      return setup.advice().usualLearningRate().remedies();
    }
    return setup.layout().layers().get(layer).activationTraits().isRectified()
        ? setup.advice().againstDeadUnits(layer, 1).remedies()
        : setup.advice().againstVanishing(layer).remedies();
  }

  private static void gradients(Setup setup, FindingReporter findings) {
    int first = -1;
    int last = -1;
    int count = 0;
    List<NetworkLayout.Parameter> parameters = setup.layout().parameters();
    for (int p = 0; p < parameters.size(); p++) {
      NetworkLayout.Layer layer = setup.layout().layers().get(parameters.get(p).layer());
      if (parameters.get(p).isTrained()
          && parameters.get(p).role().isMatrix()
          && !layer.configuration().isOutput()
          && setup.pass().gradientNorm(p) > 0) {
        first = first < 0 ? p : first;
        last = p;
        count++;
      }
    }
    double ratio =
        count < GradientFall.MIN_LAYERS ? 1 : perElement(setup, last) / perElement(setup, first);
    if (ratio > GradientFall.MIN_FACTOR || ratio < 1 / GradientFall.MIN_FACTOR) {
      boolean falls = ratio > 1;
      findings.report(
          Findings.of(
                  falls ? Problem.VANISHING_GRADIENT : Problem.EXPLODING_GRADIENT,
                  falls && !learns(setup) ? Severity.WARNING : Severity.INFO,
                  falls ? ratio : 1 / ratio,
                  GradientFall.MIN_FACTOR,
                  Message.of(
                      falls ? "say.setup.gradientFalls" : "say.setup.gradientRises",
                      Argument.number(falls ? ratio : 1 / ratio),
                      LayerText.layerOf(setup.layout(), last),
                      LayerText.layerOf(setup.layout(), first)))
              .inLayer(parameters.get(first).layer())
              .withRemedies(
                  falls
                      ? setup.advice().againstVanishing(parameters.get(first).layer()).remedies()
                      : setup.advice().againstExplosion().remedies()));
    }
  }

  private static double perElement(Setup setup, int parameter) {
    return setup.pass().gradientNorm(parameter)
        / Math.sqrt((double) setup.layout().parameters().get(parameter).length());
  }

  /** Whether a short run gets below the constant-prediction score, or it is not known. */
  private static boolean learns(Setup setup) {
    double learned = (1 - LEARNED_SHARE) * setup.constantPredictionScore();
    Optional<ShortRun> configured = setup.runs().flatMap(ShortRuns::configured);
    return configured.isEmpty()
        || !(configured.get().after() >= learned)
        || setup.rateRange().filter(range -> range.replay().after() < learned).isPresent();
  }
}
