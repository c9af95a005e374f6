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
 * Collects remedies in DL4J's API that fit the network, the most promising first.
 *
 * <p>Detectors add the remedies they need. What the network already has is not advised.
 *
 * @hidden
 */
public final class Advice {
  /**
   * Factor by which a learning rate is lowered if nothing else is known. Users try rates in powers
   * of ten.
   */
  private static final double DEFAULT_REDUCTION = 10;

  private final NetworkLayout layout;
  private final Measurement now;
  private final LayerAdvice layers;
  private final LearningRateAdvice rates;
  private final OutputAdvice outputs;
  private final List<Remedy> remedies = new ArrayList<>();

  private Advice(NetworkLayout layout, Measurement now) {
    this.layout = layout;
    this.now = now;
    layers = new LayerAdvice(layout);
    rates = new LearningRateAdvice(layout, now);
    outputs = new OutputAdvice(layout, now.data(), rates);
  }

  /**
   * {@return an empty collection of remedies for a run}
   *
   * @param history the run up to now
   */
  public static Advice on(History history) {
    return on(history.layout(), history.current());
  }

  /**
   * {@return an empty collection of remedies for a network}
   *
   * @param layout the network
   * @param now the measurement of this iteration
   */
  public static Advice on(NetworkLayout layout, Measurement now) {
    return new Advice(layout, now);
  }

  /** {@return the remedies in the order in which they were added} */
  public List<Remedy> remedies() {
    return List.copyOf(remedies);
  }

  /**
   * Adds a detector's own remedy.
   *
   * @param advice what to do and why
   * @param code the change in DL4J's API; empty for none
   * @return this
   */
  public Advice add(Message advice, String code) {
    remedies.add(new Remedy(advice, code));
    return this;
  }

  /**
   * Adds remedies against an exploding gradient or score.
   *
   * @return this
   */
  public Advice againstExplosion() {
    return againstExplosion(DEFAULT_REDUCTION);
  }

  /**
   * Adds remedies against an exploding gradient or score, for a learning rate that is too high by a
   * known factor.
   *
   * @param reduction factor by which the learning rate should be lowered, above 1
   * @return this
   */
  public Advice againstExplosion(double reduction) {
    return limitRecurrence()
        .normalize()
        .lowerLearningRate(reduction)
        .clip()
        .add(layers.lstmInsteadOfSimpleRnn())
        .heInitialization();
  }

  /**
   * Adds remedies against a gradient that was of usual size and became 0: what threw the weights
   * there comes before the layers.
   *
   * @param layer index of the first layer without a gradient
   * @return this
   */
  public Advice againstLostGradient(int layer) {
    return limitRecurrence().normalize().lowerLearningRate(DEFAULT_REDUCTION).againstFading(layer);
  }

  /**
   * Adds remedies against a vanishing gradient.
   *
   * @param layer index of the first layer with a small gradient; -1 for the whole network
   * @return this
   */
  public Advice againstVanishing(int layer) {
    return limitRecurrence().againstFading(layer);
  }

  private Advice againstFading(int layer) {
    return reluInsteadOfSquashing()
        .batchNormalization(layer)
        .add(layers.lstmInsteadOfSimpleRnn())
        .add(layers.shortenStack())
        .heInitialization();
  }

  /**
   * Adds remedies against dead rectified units.
   *
   * @param layer index of their layer; -1 for the whole network
   * @param reduction factor by which the learning rate is too high; 1 if it is not known
   * @return this
   */
  public Advice againstDeadUnits(int layer, double reduction) {
    boolean known = reduction > DEFAULT_REDUCTION && !rates.hasStepsOfRate();
    limitRecurrence().normalize().lowerLearningRate(known ? reduction : DEFAULT_REDUCTION);
    heInitialization().remedies.add(LayerAdvice.leakyRelu());
    return batchNormalization(layer);
  }

  /**
   * Adds remedies for rectified units that are silent in a network that learns nevertheless, or
   * that never had a gradient. No rate is lowered there.
   *
   * @param layer index of their layer
   * @return this
   */
  public Advice forSilentUnits(int layer) {
    normalize().heInitialization();
    remedies.add(LayerAdvice.leakyRelu());
    return batchNormalization(layer);
  }

  /**
   * Adds remedies against saturated units: other units, or first the rate that threw them there.
   *
   * @param layer index of their layer; -1 for the whole network
   * @return this
   */
  public Advice againstSaturation(int layer) {
    limitRecurrence().normalize();
    if (rates.isBeyondUse()) {
      lowerLearningRate(DEFAULT_REDUCTION).reluInsteadOfSquashing();
    } else {
      reluInsteadOfSquashing().lowerLearningRate(DEFAULT_REDUCTION);
    }
    return batchNormalization(layer).add(layers.xavierInitialization());
  }

  /**
   * Adds remedies against an oscillating score.
   *
   * @return this
   */
  public Advice againstOscillation() {
    return lowerLearningRate(DEFAULT_REDUCTION).largerMinibatches().normalize().clip();
  }

  /**
   * Adds remedies for a network that does not improve for an unknown reason.
   *
   * @return this
   */
  public Advice againstStandstill() {
    fitOutput().normalize();
    return rates.used() == 0
        ? add(LearningRateAdvice.set())
        : reluInsteadOfSquashing().add(rates.bothWays()).heInitialization().batchNormalization(-1);
  }

  /**
   * Adds remedies against updates that are too small.
   *
   * <p>These are a learning rate that brings updates to their usual size, or another updater if
   * that rate would be a guess, and other reasons for small updates.
   *
   * @param layer index of the layer; -1 for the whole network
   * @param parameter index of the only parameter with small updates; -1 for all
   * @param ratio the current update:parameter ratio, at least 0
   * @return this
   */
  public Advice againstSmallUpdates(int layer, int parameter, double ratio) {
    fitOutput().normalize();
    return rates.used() == 0
        ? add(LearningRateAdvice.set())
        : add(layers.adam(ratio).or(() -> rates.raise(layer, parameter, ratio)))
            .heInitialization()
            .batchNormalization(layer);
  }

  /**
   * Adds remedies if data, loss and output activation do not fit each other.
   *
   * @return this
   */
  public Advice againstUnfitData() {
    return fitOutput().normalize();
  }

  /**
   * Adds remedies if labels are outside of what output activation and loss allow. No scale of the
   * features changes that, so that their remedy comes last.
   *
   * @param output index of the output layer; -1 if there are several
   * @return this
   */
  public Advice againstUnfitLabels(int output) {
    remedies.add(outputs.fitLabels(output));
    return normalize();
  }

  /**
   * Adds remedies for a plateau: a lower learning rate, or the end of the run.
   *
   * @return this
   */
  public Advice atPlateau() {
    return lowerLearningRate(DEFAULT_REDUCTION).add(Message.of("remedy.stop"), "");
  }

  /**
   * Adds remedies against non-finite values.
   *
   * @param origin the origin of the first one; null if unknown
   * @return this
   */
  public Advice againstNonFinite(@Nullable NonFiniteOrigin origin) {
    Place place = origin == null ? null : origin.place();
    if (origin != null && origin.isOfData()) {
      remedies.addAll(DataRemedies.repairExamples(layout, origin.place()));
      return this;
    }
    if (origin != null
        && (place == Place.UPDATE || place == Place.WEIGHT)
        && layout.isEpsilonLost(origin.parameter())) {
      add(layers.representableEpsilon(origin.layer(), now.learningRate(origin.parameter())));
      if (place == Place.UPDATE) {
        return this;
      }
    }
    if (place == Place.WEIGHT) {
      add(
          Message.of("remedy.lastGoodModel"),
          "MultiLayerNetwork.load(new File(\"last-good.zip\"), true)");
    }
    // If activations are finite, the loss is suspected first.
    boolean ofLoss = origin != null && place == Place.SCORE && !origin.activationsUnseen();
    if (ofLoss) {
      fitOutput();
    }
    limitRecurrence().normalize().lowerLearningRate(DEFAULT_REDUCTION).clip();
    return ofLoss ? this : fitOutput();
  }

  /**
   * Adds the check of a derivative that the user wrote, if a layer has one.
   *
   * @return this
   */
  public Advice checkDerivative() {
    return add(layers.checkDerivative());
  }

  /**
   * Adds an epsilon that half precision can represent.
   *
   * @param layer index of a layer with an updater that loses its own
   * @return this
   */
  public Advice representableEpsilon(int layer) {
    int parameter = layout.layers().get(layer).firstParameter();
    return add(layers.representableEpsilon(layer, now.learningRate(parameter)));
  }

  /**
   * Adds a learning rate that was better when it was tried on a copy of the network.
   *
   * @param factor on the configured rate
   * @return this
   */
  public Advice triedLearningRate(double factor) {
    remedies.add(rates.asTried(factor));
    return this;
  }

  /**
   * Adds the learning rate that is usual for an adaptive updater.
   *
   * @return this
   */
  public Advice usualLearningRate() {
    return add(rates.usual());
  }

  /**
   * Adds larger minibatches, if they are small.
   *
   * @return this
   */
  public Advice largerMinibatches() {
    return add(DataAdvice.enlargeMinibatches(now.batchSize()));
  }

  /**
   * Adds the learning rate to which protection has lowered the configured one, if the network has a
   * rate.
   *
   * @return this
   */
  public Advice learningRateAsLowered() {
    return add(rates.asLowered());
  }

  /**
   * {@return whether the learning rates in use are the configured ones times a factor, so that a
   * trial at that factor is valid}
   *
   * @param factor the factor at which the trial started
   */
  public boolean isAt(double factor) {
    return rates.isAt(factor);
  }

  /**
   * {@return remedies completed with the result of trying learning rates}
   *
   * @param of remedies of a diagnosis
   * @param tried the result
   */
  public List<Remedy> tried(List<Remedy> of, TriedRates tried) {
    return new TriedRemedies(tried, rates).complete(of);
  }

  private Advice fitOutput() {
    remedies.addAll(outputs.fit());
    return this;
  }

  private Advice normalize() {
    return layout.readsIndices() ? this : add(outputs.normalize());
  }

  private Advice clip() {
    return add(layers.clip());
  }

  private Advice limitRecurrence() {
    return add(layers.tanhInRecurrent());
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

  private Advice lowerLearningRate(double reduction) {
    return add(rates.lower(reduction));
  }

  private Advice add(Optional<Remedy> remedy) {
    remedy.ifPresent(remedies::add);
    return this;
  }
}
