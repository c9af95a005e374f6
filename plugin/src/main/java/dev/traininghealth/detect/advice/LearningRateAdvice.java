package dev.traininghealth.detect.advice;

import dev.traininghealth.detect.Remedy;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
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

  /** Whether it is a normal number of FLOAT: others name no rate that a remedy could start from. */
  private static boolean isUsable(double rate) {
    return rate >= Float.MIN_NORMAL && rate <= Float.MAX_VALUE;
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
    if (!isUsable(used)) {
      return Optional.empty();
    }
    double by = Math.max(MIN_REDUCTION, Math.min(MAX_REDUCTION, reduction));
    double lower = UpdaterCode.rounded(used / by);
    return Optional.of(
        remedy(
            withPresent(
                Message.of("remedy.rate.lower", Argument.number(own()), Argument.number(lower)),
                used),
            lower));
  }

  /** The rate that protection has come to; empty where there is none. */
  Optional<Remedy> asLowered() {
    double used = used();
    if (!isUsable(used)) {
      return Optional.empty();
    }
    double lower = UpdaterCode.rounded(used);
    return Optional.of(
        remedy(
            Message.of("remedy.rate.ofProtection", Argument.number(own()), Argument.number(lower)),
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
    if (!isUsable(used)) {
      return Optional.empty();
    }
    boolean zero = ratio == 0;
    double by = zero ? RAISE_FROM_ZERO : USUAL_RATIO / ratio;
    double own = own(used);
    double to = UpdaterCode.rounded(Math.min(used * by, Math.max(MAX_LEARNING_RATE, 10 * used)));
    if (to == UpdaterCode.rounded(own)) {
      return Optional.empty();
    }
    String key = to > own ? "remedy.rate.raise" : "remedy.rate.lowerOnly";
    Message change =
        alone
            ? Message.of(
                key + "Layer", Argument.number(own), Argument.number(to), Argument.count(layer))
            : Message.of(key, Argument.number(own), Argument.number(to));
    Message advice =
        withPresent(change, used)
            .then(
                zero
                    ? Message.of("remedy.rate.updatesZero")
                    : Message.of("remedy.rate.updatesSmall", Argument.number(by)));
    String code = UpdaterCode.of(layout, to);
    return Optional.of(
        alone ? Remedy.ofOneLayersRate(advice, code) : Remedy.ofRate(advice, code, to));
  }

  /** Rates beyond those that have been in use; empty where there is none. */
  Optional<Remedy> bothWays() {
    double used = used();
    if (!isUsable(used)) {
      return Optional.empty();
    }
    double larger = UpdaterCode.rounded(own() * 10);
    double smaller = UpdaterCode.rounded(Math.min(own(), used) / 10);
    return Optional.of(
        Remedy.ofRate(
            withPresent(
                Message.of(
                    "remedy.rate.bothWays",
                    Argument.number(own()),
                    Argument.number(larger),
                    Argument.number(smaller)),
                used),
            UpdaterCode.of(layout, larger) + " // and " + UpdaterCode.plain(smaller),
            larger));
  }

  /** A rate that was tried on a copy of the network, and was better. */
  Remedy asTried(double factorOnOwn) {
    String rate = NumberText.number(own() * factorOnOwn);
    return Remedy.ofRate(
        Message.of(
            "remedy.rate.tried", Argument.number(own()), Argument.number(own() * factorOnOwn)),
        UpdaterCode.of(layout, rate),
        Double.parseDouble(rate));
  }

  /** Adds the rate that protection has come to, if it is another than the user's. */
  private Message withPresent(Message advice, double used) {
    return isLowered()
        ? advice.then(Message.of("remedy.rate.present", Argument.number(used)))
        : advice;
  }

  private Remedy remedy(Message advice, double rate) {
    return Remedy.ofRate(advice, UpdaterCode.of(layout, rate), rate);
  }
}
