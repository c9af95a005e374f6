package dev.traininghealth.detect.advice;

import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.TriedRates;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The toolbox from which detectors take their remedies, in DL4J's API and fitting the network: what
 * it has already is not advised. The most promising comes first.
 *
 * @hidden
 */
public final class Advice {
  /** By how much a learning rate is lowered where nothing tells more: rates are tried in tens. */
  private static final double STEP = 10;

  private final NetworkLayout layout;
  private final Measurement now;
  private final LayerAdvice layers;
  private final LearningRateAdvice rates;
  private final List<Remedy> remedies = new ArrayList<>();

  private Advice(NetworkLayout layout, Measurement now) {
    this.layout = layout;
    this.now = now;
    layers = new LayerAdvice(layout);
    rates = new LearningRateAdvice(layout, now);
  }

  /**
   * Opens the toolbox.
   *
   * @param history the run up to now
   * @return with nothing taken from it
   */
  public static Advice on(History history) {
    return on(history.layout(), history.current());
  }

  /**
   * Opens the toolbox.
   *
   * @param layout the network
   * @param now the numbers of this iteration
   * @return with nothing taken from it
   */
  public static Advice on(NetworkLayout layout, Measurement now) {
    return new Advice(layout, now);
  }

  /**
   * Gives what was taken.
   *
   * @return the remedies in the order in which they were added
   */
  public List<Remedy> remedies() {
    return List.copyOf(remedies);
  }

  /**
   * Adds a remedy of the detector's own.
   *
   * @param advice what to do and why
   * @param code the same in DL4J's API; empty where there is no code for it
   * @return this
   */
  public Advice add(Message advice, String code) {
    remedies.add(new Remedy(advice, code));
    return this;
  }

  /**
   * Adds what helps against a gradient or a score that explodes.
   *
   * @return this
   */
  public Advice againstExplosion() {
    return againstExplosion(STEP);
  }

  /**
   * Adds the same where it is known how far off the learning rate is.
   *
   * @param reduction how many times lower the learning rate should be
   * @return this
   */
  public Advice againstExplosion(double reduction) {
    return normalize().lowerLearningRate(reduction).clip().lstm().heInitialization();
  }

  /**
   * Adds what helps against a gradient that vanishes.
   *
   * @param layer index of the first layer that gets little; -1 for the whole network
   * @return this
   */
  public Advice againstVanishing(int layer) {
    return reluInsteadOfSquashing()
        .batchNormalization(layer)
        .lstm()
        .shortenStack()
        .heInitialization();
  }

  /**
   * Adds what helps against rectified units that are dead.
   *
   * @param layer index of their layer; -1 for the whole network
   * @return this
   */
  public Advice againstDeadUnits(int layer) {
    normalize().lowerLearningRate(STEP).heInitialization();
    remedies.add(LayerAdvice.leakyRelu());
    return batchNormalization(layer);
  }

  /**
   * Adds what helps against activations at the limits of their function.
   *
   * @param layer index of their layer; -1 for the whole network
   * @return this
   */
  public Advice againstSaturation(int layer) {
    normalize().reluInsteadOfSquashing().lowerLearningRate(STEP).batchNormalization(layer);
    return add(layers.xavierInitialization());
  }

  /**
   * Adds what helps against a score that swings.
   *
   * @return this
   */
  public Advice againstOscillation() {
    lowerLearningRate(STEP).add(DataAdvice.enlargeMinibatches(now.batchSize()));
    return normalize().clip();
  }

  /**
   * Adds what helps a network that does not get better, and nothing tells why.
   *
   * @return this
   */
  public Advice againstStandstill() {
    fitOutput().normalize();
    return rates.used() == 0
        ? setLearningRate()
        : reluInsteadOfSquashing().add(rates.bothWays()).heInitialization().batchNormalization(-1);
  }

  /**
   * Adds what helps against updates that are too small: a learning rate at which they are as large
   * as usual, and what else keeps them small.
   *
   * @param layer index of the layer; -1 for the whole network
   * @param parameter index of the one parameter whose updates are small; -1 for all
   * @param ratio the update:weight ratio as it is
   * @return this
   */
  public Advice againstSmallUpdates(int layer, int parameter, double ratio) {
    fitOutput().normalize();
    return rates.used() == 0
        ? setLearningRate()
        : add(rates.raise(layer, parameter, ratio)).heInitialization().batchNormalization(layer);
  }

  /**
   * Adds what helps where data, loss and output activation do not fit each other.
   *
   * @return this
   */
  public Advice againstUnfitData() {
    return fitOutput().normalize();
  }

  /**
   * Adds what to do at a plateau: a lower learning rate, or an end.
   *
   * @return this
   */
  public Advice atPlateau() {
    return lowerLearningRate(STEP).add(Message.of("remedy.stop"), "");
  }

  /**
   * Adds what helps against values that are not finite.
   *
   * @param origin where the first of them stood; null where it is not known
   * @return this
   */
  public Advice againstNonFinite(@Nullable NonFiniteOrigin origin) {
    Place place = origin == null ? null : origin.place();
    if (origin != null && origin.isOfData()) {
      remedies.add(DataAdvice.repairExamples(origin.place()));
      return this;
    }
    if (place == Place.WEIGHT) {
      add(
          Message.of("remedy.lastGoodModel"),
          "MultiLayerNetwork.load(new File(\"last-good.zip\"), true)");
    }
    boolean ofLoss = place == Place.SCORE; // all before it is finite: look there first
    if (ofLoss) {
      fitOutput();
    }
    normalize().lowerLearningRate(STEP).clip();
    return ofLoss ? this : fitOutput();
  }

  /**
   * Adds looking at features that never change.
   *
   * @return this
   */
  public Advice lookAtFeatures() {
    remedies.add(DataAdvice.lookAtFeatures());
    return this;
  }

  /**
   * Adds labels that fit the output layer.
   *
   * @param output index of the output layer; -1 where there are several
   * @return this
   */
  public Advice fitLabels(int output) {
    boolean classes =
        output >= 0 && layout.layers().get(output).configuration().lossTraits().hasClassNumbers();
    remedies.add(classes ? DataAdvice.numberClasses() : DataAdvice.scaleLabels());
    return this;
  }

  /**
   * Adds the learning rate that protection has come to, where there is one.
   *
   * @return this
   */
  public Advice learningRateAsLowered() {
    return add(rates.asLowered());
  }

  /**
   * Tells whether the learning rates in use are the user's own times a factor.
   *
   * @param factor what trials began with
   * @return whether what they found is true of the present
   */
  public boolean isAt(double factor) {
    return rates.isAt(factor);
  }

  /**
   * Completes remedies by what came of trying learning rates.
   *
   * @param of remedies of a diagnosis
   * @param tried what was tried
   * @return the remedies that the diagnosis has from here on
   */
  public List<Remedy> tried(List<Remedy> of, TriedRates tried) {
    return new TriedRemedies(tried, rates).complete(of);
  }

  private Advice fitOutput() {
    remedies.addAll(layers.fitOutput());
    return this;
  }

  private Advice normalize() {
    return add(DataAdvice.normalize(now.data()));
  }

  private Advice clip() {
    return add(layers.clip());
  }

  private Advice lstm() {
    return add(layers.lstmInsteadOfSimpleRnn());
  }

  private Advice reluInsteadOfSquashing() {
    return add(layers.reluInsteadOfSquashing());
  }

  private Advice heInitialization() {
    return add(layers.heInitialization());
  }

  private Advice batchNormalization(int from) {
    return add(layers.batchNormalization(from));
  }

  private Advice shortenStack() {
    return add(layers.shortenStack());
  }

  private Advice lowerLearningRate(double reduction) {
    return add(rates.lower(reduction));
  }

  private Advice setLearningRate() {
    remedies.add(Remedy.ofRate(Message.of("remedy.setRate"), ".updater(new Adam(1e-3))", 1e-3));
    return this;
  }

  private Advice add(Optional<Remedy> remedy) {
    remedy.ifPresent(remedies::add);
    return this;
  }
}
