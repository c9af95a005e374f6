package dev.traininghealth.detect.advice;

import dev.traininghealth.detect.Remedy;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.NumberText;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;

/**
 * Remedies that name a learning rate. What is to be changed is the user's configuration, so that
 * each starts from the rate that stands there, whatever protection has made of it; what it leads to
 * is reckoned from the rate that was in use, since that is what the diagnosis is of.
 */
final class LearningRateAdvice {
  /** No less, lest the advice be lost in what minibatches differ by. */
  private static final double MIN_REDUCTION = 3;

  private static final double MAX_REDUCTION = 1e4;

  /** A ratio of update to weight that DL4J's guide calls usual. */
  private static final double USUAL_RATIO = 1e-3;

  /** Where updates are exactly 0, nothing says how far off the learning rate is. */
  private static final double RAISE_FROM_ZERO = 1e4;

  /** No updater is usually given more; where updates stay small, something else is wrong. */
  private static final double MAX_LEARNING_RATE = 1;

  /** Of a rate that is divided by a factor: what is beyond is rounding. */
  private static final MathContext DIGITS = new MathContext(6);

  private final NetworkLayout layout;
  private final Measurement m;

  /** What protection multiplies the user's rates with; 1 where it does not. */
  private final double factor;

  LearningRateAdvice(NetworkLayout layout, Measurement m) {
    this.layout = layout;
    this.m = m;
    boolean scaled =
        m.protection().learningRateFactor() > 0
            && Double.isFinite(m.protection().learningRateFactor());
    factor = scaled ? m.protection().learningRateFactor() : 1;
  }

  /** The largest learning rate that was in use; NaN where there is none. */
  double used() {
    double largest = Double.NaN;
    for (int p = 0; p < m.parameters(); p++) {
      double rate = m.learningRate(p);
      if (!Double.isNaN(rate) && !(rate <= largest)) {
        largest = rate;
      }
    }
    return largest;
  }

  /** The same as the user gave it: of a schedule, what it gives now. */
  double own() {
    return own(used());
  }

  private double own(double used) {
    return factor == 1 || !Double.isFinite(used)
        ? used
        : new BigDecimal(used / factor).round(DIGITS).doubleValue();
  }

  /** Whether the rates in use are the user's own times this. */
  boolean isAt(double factorOnOwn) {
    return factor == factorOnOwn;
  }

  private boolean isLowered() {
    return factor < 1;
  }

  /** A rate so many times lower than that in use; empty where there is none. */
  Optional<Remedy> lower(double reduction) {
    double used = used();
    if (!(used > 0)) {
      return Optional.empty();
    }
    double by = Math.max(MIN_REDUCTION, Math.min(MAX_REDUCTION, reduction));
    double lower = UpdaterCode.rounded(used / by);
    String now = isLowered() ? "; protection has it at " + NumberText.plain(used) + " now" : "";
    return Optional.of(remedy("Lower the learning rate" + fromTo(own(), lower) + now + ".", lower));
  }

  /** The rate that protection has come to; empty where there is none. */
  Optional<Remedy> asLowered() {
    double used = used();
    if (!(used > 0)) {
      return Optional.empty();
    }
    double lower = UpdaterCode.rounded(used);
    return Optional.of(
        remedy(
            "Lower the learning rate" + fromTo(own(), lower) + ": protection has come to that.",
            lower));
  }

  /**
   * A rate at which updates are as large as usual; empty where that is the user's own.
   *
   * @param layer index of the one layer that it is for; -1 for all
   * @param parameter index of the one parameter whose rate is looked at; -1 for all
   * @param ratio the update:weight ratio as it is
   */
  Optional<Remedy> raise(int layer, int parameter, double ratio) {
    boolean alone = parameter >= 0;
    double used = alone ? m.learningRate(parameter) : used();
    if (!(used > 0)) {
      return Optional.empty();
    }
    boolean zero = ratio == 0;
    double by = zero ? RAISE_FROM_ZERO : USUAL_RATIO / ratio;
    double own = own(used);
    double to = UpdaterCode.rounded(Math.min(used * by, Math.max(MAX_LEARNING_RATE, 10 * used)));
    if (to == UpdaterCode.rounded(own)) {
      return Optional.empty();
    }
    String advice =
        (to > own ? "Raise" : "Lower")
            + " the learning rate"
            + (alone ? " of layer " + layer + " alone" : "")
            + fromTo(own, to)
            + (to > own ? "" : " and no further")
            + ": "
            + (isLowered()
                ? "at " + NumberText.plain(used) + ", where protection has it now, "
                : "")
            + (alone ? "its " : "")
            + "updates are "
            + (zero ? "exactly 0." : NumberText.number(by) + " times smaller than usual.");
    String code = UpdaterCode.of(layout, to);
    return Optional.of(
        alone ? Remedy.ofOneLayersRate(advice, code) : Remedy.ofRate(advice, code, to));
  }

  /** Rates beyond those that have been in use; empty where there is none. */
  Optional<Remedy> bothWays() {
    double used = used();
    if (!(used > 0)) {
      return Optional.empty();
    }
    double larger = UpdaterCode.rounded(own() * 10);
    double smaller = UpdaterCode.rounded(Math.min(own(), used) / 10);
    String now =
        isLowered()
            ? " than the " + NumberText.plain(used) + " at which protection has it now"
            : "";
    return Optional.of(
        Remedy.ofRate(
            "Try other learning rates than "
                + NumberText.plain(own())
                + ": ten times larger, "
                + NumberText.plain(larger)
                + ", and ten times smaller"
                + now
                + ", "
                + NumberText.plain(smaller)
                + ".",
            UpdaterCode.of(layout, larger) + " // and " + UpdaterCode.plain(smaller),
            larger));
  }

  /** A rate that was tried on a copy of the network, and was better. */
  Remedy asTried(double factorOnOwn) {
    String rate = NumberText.plain(own() * factorOnOwn);
    return Remedy.ofRate(
        "Lower the learning rate from " + NumberText.plain(own()) + " to " + rate + ".",
        UpdaterCode.of(layout, rate),
        Double.parseDouble(rate));
  }

  private static String fromTo(double from, double to) {
    return " from " + NumberText.plain(from) + " to about " + NumberText.plain(to);
  }

  private Remedy remedy(String advice, double rate) {
    return Remedy.ofRate(advice, UpdaterCode.of(layout, rate), rate);
  }
}
