package dev.traininghealth.setup;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.network.ConfiguredRates;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Range;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.Map;

/**
 * Finds an updater whose epsilon is 0 in the network's number type, and a learning rate that is far
 * from any use of its updater.
 *
 * <ul>
 *   <li><b>What</b>: WARNING for an epsilon that rounds to 0: the updater divides 0 by 0 where a
 *       gradient is 0. INFO for a learning rate outside of the table {@code USUAL}.
 *   <li><b>Source</b>: the updaters' papers and DL4J's defaults, with a factor of at least 30 on
 *       both sides.
 *   <li><b>Defaults</b>: adaptive updaters move each weight by about the rate, whatever the
 *       gradient, so that a rate of 0.1 is as large as the weights themselves. The steps of SGD are
 *       proportional to the gradient, so that its table is wider.
 *   <li><b>When not to use</b>: losses of an unusual scale under SGD.
 * </ul>
 */
final class UpdaterRule implements SetupRule {
  /** Range of adaptive updaters: their usual 1e-3 may be wrong by a factor of about 100. */
  private static final Range ADAPTIVE = new Range(1e-5, 0.05);

  /** Range of plain and momentum SGD, whose usual rates are 1e-4 to 1. */
  private static final Range GRADIENT = new Range(1e-5, 2);

  private static final Map<String, Range> USUAL =
      Map.ofEntries(
          Map.entry("AMSGrad", ADAPTIVE),
          Map.entry("AdaBelief", ADAPTIVE),
          Map.entry("AdaMax", ADAPTIVE),
          Map.entry("Adam", ADAPTIVE),
          Map.entry("Nadam", ADAPTIVE),
          Map.entry("RmsProp", ADAPTIVE),
          Map.entry("AdaGrad", new Range(1e-5, 1)),
          Map.entry("Nesterovs", GRADIENT),
          Map.entry("Sgd", GRADIENT));

  @Override
  public String name() {
    return "updater";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    NetworkLayout layout = setup.layout();
    boolean hasRate = false;
    boolean hasEpsilon = false;
    for (int p = 0; p < layout.parameters().size(); p++) {
      NetworkLayout.Parameter parameter = layout.parameters().get(p);
      NetworkLayout.Layer layer = layout.layers().get(parameter.layer());
      if (parameter.isTrained() && layout.isEpsilonLost(p) && !hasEpsilon) {
        hasEpsilon = true;
        epsilon(setup, parameter.layer(), layer, findings);
      }
      Range usual = USUAL.get(layer.configuration().updater());
      double rate = ConfiguredRates.of(setup.network(), parameter.layer());
      if (parameter.isTrained() && !hasRate && usual != null && isOutside(rate, usual)) {
        hasRate = true;
        rate(setup, parameter.layer(), layer, rate, usual, findings);
      }
    }
  }

  /** Whether the largest learning rate is far below any use of its updater. */
  static boolean isFarTooLow(Setup setup) {
    return setup.layout().layers().stream()
        .map(layer -> USUAL.get(layer.configuration().updater()))
        .anyMatch(usual -> usual != null && ConfiguredRates.largest(setup.network()) < usual.low());
  }

  private static boolean isOutside(double rate, Range usual) {
    return rate < usual.low() || rate > usual.high();
  }

  private static void epsilon(
      Setup setup, int index, NetworkLayout.Layer layer, FindingReporter findings) {
    double epsilon = layer.configuration().epsilon();
    Message sentence =
        Message.of(
            "say.setup.epsilon",
            Argument.number(epsilon),
            Argument.text(layer.configuration().updater()));
    findings.report(
        Finding.saying(
                Problem.NON_FINITE,
                Severity.WARNING,
                0, // what it rounds to
                Comparison.EQUAL,
                0,
                () -> sentence)
            .inLayer(index)
            .withRemedies(setup.advice().representableEpsilon(index).remedies()));
  }

  private static void rate(
      Setup setup,
      int index,
      NetworkLayout.Layer layer,
      double rate,
      Range usual,
      FindingReporter findings) {
    boolean isHigh = rate > usual.high();
    double limit = isHigh ? usual.high() : usual.low();
    Message sentence =
        Message.of(
            isHigh ? "say.setup.highRate" : "say.setup.lowRate",
            Argument.number(rate),
            Argument.text(layer.configuration().updater()),
            Argument.number(limit));
    Advice advice = setup.advice();
    findings.report(
        Finding.saying(
                isHigh ? Problem.LARGE_UPDATES : Problem.SMALL_UPDATES,
                Severity.INFO,
                rate,
                isHigh ? Comparison.ABOVE : Comparison.BELOW,
                limit,
                () -> sentence)
            .inLayer(index)
            .withRemedies(
                (isHigh ? advice.againstExplosion(rate / limit) : advice.usualLearningRate())
                    .remedies()));
  }
}
