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
import java.util.Set;

/**
 * Remedies that name a learning rate.
 *
 * <p>The user changes the configuration, so each remedy starts from the configured rate, whatever
 * protection has made of it. Its effect is computed from the rate in use, because the diagnosis was
 * made at that rate.
 */
final class LearningRateAdvice {
  /**
   * Minimum factor by which a rate is changed. The effect of a smaller one would be lost in the
   * noise of minibatches. It is about half a power of ten.
   */
  static final double MIN_CHANGE = 3;

  /**
   * Maximum factor by which a rate is lowered. Protection lowers a rate by as much at most. If that
   * does not help, something else is wrong.
   */
  private static final double MAX_REDUCTION = 1e4;

  /** Learning rate that Adam's authors recommend (Kingma and Ba 2015), which is DL4J's default. */
  private static final double USUAL_ADAM_RATE = 1e-3;

  /**
   * How far a step of Adam may move a unit whose inputs are all of size 1: a tenth of such an
   * input. Each weight moves by the rate, so that the rate is this divided by the number of inputs
   * (Yang et al. 2022 find the best rate inversely proportional to it).
   */
  private static final double MAX_MOVE_OF_UNIT = 0.1;

  /**
   * Updaters that divide the gradient by its size, so that their steps are about as large as the
   * rate, whatever the network.
   */
  static final Set<String> STEPS_OF_RATE =
      Set.of("AMSGrad", "AdaBelief", "AdaMax", "Adam", "Nadam", "RmsProp");

  /**
   * Largest advised rate of such an updater, ten times the usual one: all weights change by a
   * hundredth in an iteration. If updates are small at that rate, the gradient is the cause.
   */
  private static final double MAX_RATE_OF_STEPS = 1e-2;

  /** Rate of such an updater from which nothing else can be the first cause: 100 times usual. */
  private static final double RATE_BEYOND_USE = 0.1;

  /** The update:parameter ratio that DL4J's guide calls usual. */
  private static final double USUAL_RATIO = 1e-3;

  /**
   * Factor by which a rate is raised if updates are exactly 0, which does not show how much is
   * missing. FLOAT loses updates below a ratio of about 1e-7, a factor of 1e4 below the usual one.
   */
  private static final double RAISE_FROM_ZERO_FACTOR = 1e4;

  /**
   * Maximum advised rate, unless ten times the rate in use is more. If updates stay small at 1,
   * something else is wrong.
   */
  private static final double MAX_LEARNING_RATE = 1;

  /** Factor between two rates that users try, a power of ten. */
  private static final double STEP = 10;

  /** Relative tolerance of rates, for rounding: 10 · 0.001 is above 0.01. */
  private static final double TOLERANCE = 1e-6;

  /**
   * Precision of a rate that was divided by a factor, significant digits. FLOAT has about seven;
   * further ones are rounding errors.
   */
  private static final MathContext DIGITS = new MathContext(6);

  private final NetworkLayout layout;
  private final Measurement m;

  /** What protection multiplies the configured rates by; 1 without protection. */
  private final double factor;

  LearningRateAdvice(NetworkLayout layout, Measurement m) {
    this.layout = layout;
    this.m = m;
    boolean scaled =
        m.protection().learningRateFactor() > 0
            && Double.isFinite(m.protection().learningRateFactor());
    factor = scaled ? m.protection().learningRateFactor() : 1;
  }

  /** {@return the largest learning rate in use, or NaN if there is none} */
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

  /**
   * {@return the configured rate that belongs to {@link #used}, for a schedule its current value}
   */
  double configured() {
    return configured(used());
  }

  private double configured(double used) {
    return factor == 1 || !Double.isFinite(used)
        ? used
        : new BigDecimal(used / factor).round(DIGITS).doubleValue();
  }

  /**
   * {@return whether a rate is a normal number of FLOAT, because a remedy cannot start from others}
   */
  private static boolean isUsable(double rate) {
    return rate >= Float.MIN_NORMAL && rate <= Float.MAX_VALUE;
  }

  /** {@return whether the rates in use are the configured ones times a factor} */
  boolean isAt(double factorOnConfigured) {
    return factor == factorOnConfigured;
  }

  private boolean isLowered() {
    return factor < 1;
  }

  /**
   * Returns a lower rate.
   *
   * @param reduction factor by which the rate in use is too high, as far as is known
   * @return the rate in use divided by the factor; the usual rate instead, if it is lower than the
   *     one in use, and steps are as large as the rate but would be larger or smaller than any use
   *     of the updater; empty if there is no rate
   */
  Optional<Remedy> lower(double reduction) {
    double used = used();
    if (!isUsable(used)) {
      return Optional.empty();
    }
    double by = Math.max(MIN_CHANGE, Math.min(MAX_REDUCTION, reduction));
    double lower = UpdaterCode.rounded(used / by);
    boolean isUseful = lower >= USUAL_ADAM_RATE && lower <= MAX_RATE_OF_STEPS;
    if (hasStepsOfRate() && used >= MIN_CHANGE * USUAL_ADAM_RATE && !isUseful) {
      lower = isBeyondUse() ? usualOfAdam(layout) : USUAL_ADAM_RATE;
    }
    return Optional.of(
        remedy(
            withPresent(
                Message.of(
                    "remedy.rate.lower", Argument.number(configured()), Argument.number(lower)),
                used),
            lower));
  }

  /**
   * {@return the rate to which protection has lowered the configured one, or empty if there is
   * none}
   */
  Optional<Remedy> asLowered() {
    double used = used();
    if (!isUsable(used)) {
      return Optional.empty();
    }
    double lower = UpdaterCode.rounded(used);
    return Optional.of(
        remedy(
            Message.of(
                "remedy.rate.ofProtection", Argument.number(configured()), Argument.number(lower)),
            lower));
  }

  /**
   * Returns a rate at which updates have their usual size.
   *
   * @param layer index of the only layer that it is for; -1 for all
   * @param parameter index of the only parameter whose rate is used; -1 for all
   * @param ratio the current update:parameter ratio, at least 0
   * @return the remedy; empty if that is the configured rate, or there is none
   */
  Optional<Remedy> raise(int layer, int parameter, double ratio) {
    boolean alone = parameter >= 0;
    double used = alone ? m.learningRate(parameter) : used();
    if (!isUsable(used)) {
      return Optional.empty();
    }
    boolean zero = ratio == 0;
    double by = zero ? RAISE_FROM_ZERO_FACTOR : USUAL_RATIO / ratio;
    double configured = configured(used);
    double max = hasStepsOfRate() ? MAX_RATE_OF_STEPS : Math.max(MAX_LEARNING_RATE, STEP * used);
    double to = UpdaterCode.rounded(Math.min(used * by, max));
    if (to == UpdaterCode.rounded(configured) || to < used) {
      return Optional.empty();
    }
    String key = to > configured ? "remedy.rate.raise" : "remedy.rate.lowerOnly";
    Message change =
        alone
            ? Message.of(
                key + "Layer",
                Argument.number(configured),
                Argument.number(to),
                Argument.count(layer))
            : Message.of(key, Argument.number(configured), Argument.number(to));
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

  /** {@return the rate that is usual, or empty if the one in use is not lower} */
  Optional<Remedy> usual() {
    double used = used();
    return isUsable(used) && used < USUAL_ADAM_RATE
        ? Optional.of(
            remedy(
                Message.of(
                    "remedy.rate.raise",
                    Argument.number(configured()),
                    Argument.number(USUAL_ADAM_RATE)),
                USUAL_ADAM_RATE))
        : Optional.empty();
  }

  /**
   * {@return the rate of Adam that is usual for a network's width: {@value #USUAL_ADAM_RATE} from
   * about 30 inputs of a unit on, and up to ten times that for narrower ones, which need larger
   * steps}
   *
   * @param layout the network, of which the widest matrix counts
   */
  static double usualOfAdam(NetworkLayout layout) {
    double widest = 0;
    for (int p : layout.trainedMatrices()) {
      double inputs = HeInitialization.inputs(layout, p);
      if (inputs <= 0) {
        return USUAL_ADAM_RATE;
      }
      widest = Math.max(widest, inputs);
    }
    double rate = UpdaterCode.rounded(Math.min(MAX_RATE_OF_STEPS, MAX_MOVE_OF_UNIT / widest));
    return rate < MIN_CHANGE * USUAL_ADAM_RATE ? USUAL_ADAM_RATE : rate;
  }

  /** {@return whether the steps of the updater are about as large as its rate} */
  boolean hasStepsOfRate() {
    return layout.layers().stream()
        .anyMatch(layer -> STEPS_OF_RATE.contains(layer.configuration().updater()));
  }

  /** {@return whether steps are as large as the rate, and the rate is beyond any use} */
  boolean isBeyondUse() {
    return hasStepsOfRate() && used() >= RATE_BEYOND_USE;
  }

  /** {@return a rate for a network whose rate is 0} */
  static Optional<Remedy> set() {
    return Optional.of(
        Remedy.ofRate(Message.of("remedy.setRate"), ".updater(new Adam(1e-3))", USUAL_ADAM_RATE));
  }

  /**
   * {@return a rate above and a rate below those that were used, the latter alone if the former
   * were beyond any use of the updater; empty if there is no rate}
   */
  Optional<Remedy> bothWays() {
    double used = used();
    if (!isUsable(used)) {
      return Optional.empty();
    }
    if (hasStepsOfRate() && STEP * configured() > (1 + TOLERANCE) * MAX_RATE_OF_STEPS) {
      return lower(STEP);
    }
    double larger = UpdaterCode.rounded(configured() * STEP);
    double smaller = UpdaterCode.rounded(Math.min(configured(), used) / STEP);
    return Optional.of(
        Remedy.ofRate(
            withPresent(
                Message.of(
                    "remedy.rate.bothWays",
                    Argument.number(configured()),
                    Argument.number(larger),
                    Argument.number(smaller)),
                used),
            UpdaterCode.of(layout, larger) + " // and " + UpdaterCode.plain(smaller),
            larger));
  }

  /** {@return a rate that was better when it was tried on a copy of the network} */
  Remedy asTried(double factorOnConfigured) {
    String rate = NumberText.number(configured() * factorOnConfigured);
    return Remedy.ofRate(
        Message.of(
            factorOnConfigured < 1 ? "remedy.rate.tried" : "remedy.rate.raise",
            Argument.number(configured()),
            Argument.number(configured() * factorOnConfigured)),
        UpdaterCode.of(layout, rate),
        Double.parseDouble(rate));
  }

  /** Adds the rate to which protection has lowered the configured one, if it has. */
  private Message withPresent(Message advice, double used) {
    return isLowered()
        ? advice.then(Message.of("remedy.rate.present", Argument.number(used)))
        : advice;
  }

  private Remedy remedy(Message advice, double rate) {
    return Remedy.ofRate(advice, UpdaterCode.of(layout, rate), rate);
  }
}
