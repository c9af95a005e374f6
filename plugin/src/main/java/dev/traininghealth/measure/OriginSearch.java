package dev.traininghealth.measure;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.guard.MemoryBudget.Use;
import dev.traininghealth.network.GeneratorState;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import dev.traininghealth.numbers.ParameterRole;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Searches the origin of an iteration's first non-finite value. A healthy iteration costs a few
 * comparisons. Only a non-finite one is searched, in this order: data, weights before the step,
 * activations, score and gradients.
 *
 * <p>Activations are no longer available when the gradient is known, so they are computed again on
 * a copy. That takes the memory of the network and of one forward pass, and about the time of one.
 * It happens at the first non-finite iteration, and in a run that stays non-finite again after 2,
 * 4, 8, … and at most {@value #MAX_WAIT} iterations. In between, the search skips the activations.
 * An origin that would be an {@link Place#ACTIVATION} is then the score, or the gradient nearest to
 * the output, that it made non-finite, and {@link NonFiniteOrigin#activationsUnseen} is true. After
 * a finite stretch longer than the wait, the wait starts again at 1.
 *
 * <p>A gradient that is finite but so large that an updater's squares overflow is searched too. The
 * origin is {@link Place#FEATURES} if some of them are huge, otherwise the {@link Place#GRADIENT}
 * nearest to the output that is so large.
 */
final class OriginSearch {
  /** Maximum of iterations between two searches of activations in a run that stays non-finite. */
  static final int MAX_WAIT = 1024;

  /** Magnitude from which on features alone explain an overflow. */
  static final double HUGE_FEATURE = 1e10;

  /** Features smaller than the largest by this factor are not blamed for an overflow. */
  private static final double SMALL_FEATURE_SHARE = 1e-6;

  private final ParameterTable table;
  private final ArrayBinding binding;
  private final MeasurementWriter measurement;
  private final GeneratorState generator;
  private final MemoryBudget memory;
  private final double maxGradientNorm;
  private final Guard recomputing =
      Guard.retrying(
          "Computing the activations of a non-finite iteration again",
          "its origin is searched in data, weights, score and gradients only");

  /** The origin found at the gradient of this iteration. */
  private @Nullable NonFiniteOrigin found;

  /** Iterations since activations were looked at, and since a value was non-finite. */
  private long sinceRecomputed = MAX_WAIT;

  private long sinceFound = MAX_WAIT;
  private long wait = 1;

  /**
   * Creates a search for one network.
   *
   * @param generator its state before each iteration's forward pass
   * @param memory is asked before the network is copied
   */
  OriginSearch(
      ParameterTable table,
      ArrayBinding binding,
      MeasurementWriter measurement,
      GeneratorState generator,
      MemoryBudget memory) {
    this.table = table;
    this.binding = binding;
    this.measurement = measurement;
    this.generator = generator;
    this.memory = memory;
    maxGradientNorm = table.layout().limits().maxGradientNorm();
  }

  /** Searches when gradient norms and score have been measured and nothing has been updated. */
  @Nullable NonFiniteOrigin atGradient(Network network) {
    sinceRecomputed++;
    if (isWithinLimits()) {
      sinceFound++;
      found = null;
      return null;
    }
    if (sinceFound > wait) {
      wait = 1;
      sinceRecomputed = MAX_WAIT;
    }
    sinceFound = 0;
    boolean recompute = sinceRecomputed >= wait;
    found = search(network, recompute);
    return found;
  }

  private boolean isWithinLimits() {
    for (double norm : measurement.gradientNorm) {
      if (!(norm <= maxGradientNorm) && !Measurement.isAbsent(norm)) {
        return false;
      }
    }
    return Double.isFinite(measurement.score);
  }

  private @Nullable NonFiniteOrigin search(Network network, boolean recompute) {
    Minibatch batch = network.minibatch();
    ExampleScan features = new ExampleScan(binding, batch.examples());
    NonFiniteOrigin origin = inData(network, batch, features);
    if (origin == null) {
      origin = inWeights(features.largest);
    }
    if (origin == null && areResultsFinite()) {
      return tooLarge(features);
    }
    if (origin != null) {
      return origin;
    }
    boolean overflow = isStateFinite(batch); // data and weights are finite at this point
    if (recompute && !batch.features().isEmpty()) {
      sinceRecomputed = 0;
      wait = Math.min(2 * wait, MAX_WAIT);
      origin = inForwardPass(network, batch, features, overflow);
    }
    return origin != null
        ? origin
        : inResults(features, new BitSet(), overflow).withActivationsUnseen();
  }

  private boolean areResultsFinite() {
    for (double norm : measurement.gradientNorm) {
      if (!Double.isFinite(norm) && !Measurement.isAbsent(norm)) {
        return false;
      }
    }
    return Double.isFinite(measurement.score);
  }

  private boolean isStateFinite(Minibatch batch) {
    for (Map<String, INDArray> state : batch.states()) {
      for (INDArray array : state.values()) {
        if (!Double.isFinite(binding.bind(array).norm2())) {
          return false;
        }
      }
    }
    return true;
  }

  private @Nullable NonFiniteOrigin inData(Network network, Minibatch batch, ExampleScan features) {
    long count = 0;
    BitSet examples = new BitSet();
    for (INDArray array : batch.features()) { // all of them, to find the largest feature
      if (features.scan(array) && count == 0) {
        count = features.count;
        examples.or(features.affected);
      }
    }
    if (count > 0) {
      return ofExamples(Place.FEATURES, -1, -1, count, examples, false, features.largest);
    }
    ExampleScan others = new ExampleScan(binding, batch.examples());
    int hidden = Math.max(0, batch.layerMasks().size() - 1); // the last layer's mask is the labels'
    for (List<@Nullable INDArray> masks :
        List.of(batch.featureMasks(), batch.layerMasks().subList(0, hidden))) {
      for (INDArray mask : masks) {
        if (others.scan(mask)) {
          return data(Place.FEATURES, others, features.largest);
        }
      }
    }
    int outputs = batch.labels().size();
    int affected = 0;
    int latest = -1;
    for (int output = 0; output < outputs; output++) {
      if (others.scan(batch.labels().get(output))) {
        count += others.count;
        examples.or(others.affected);
        affected++;
        latest = output;
      }
    }
    if (count > 0) {
      int layer = outputs > 1 && affected == 1 ? network.outputLayers()[latest] : -1;
      return ofExamples(Place.LABELS, layer, -1, count, examples, false, features.largest);
    }
    for (List<@Nullable INDArray> arrays :
        List.of(
            batch.labelMasks(), batch.layerMasks().subList(hidden, batch.layerMasks().size()))) {
      for (INDArray array : arrays) {
        if (others.scan(array)) {
          return data(Place.LABELS, others, features.largest);
        }
      }
    }
    return null;
  }

  private static NonFiniteOrigin data(Place place, ExampleScan scan, double largestFeature) {
    return ofExamples(place, -1, -1, scan.count, scan.affected, false, largestFeature);
  }

  private static NonFiniteOrigin ofExamples(
      Place place,
      int layer,
      int parameter,
      long count,
      BitSet examples,
      boolean overflow,
      double largestFeature) {
    return new NonFiniteOrigin(
        place,
        layer,
        parameter,
        count,
        ExampleScan.listed(examples),
        examples.cardinality(),
        overflow,
        largestFeature);
  }

  private @Nullable NonFiniteOrigin inWeights(double largestFeature) {
    for (int p = 0; p < measurement.weightNorm.length; p++) {
      if (!Double.isFinite(table.weights(p).norm2())) {
        return ofParameter(
            Place.WEIGHT, p, ExampleScan.nonFinite(table.weights(p)), false, largestFeature);
      }
    }
    return null;
  }

  private NonFiniteOrigin ofParameter(
      Place place, int p, long count, boolean overflow, double largestFeature) {
    int layer = table.layout().parameters().get(p).layer();
    return new NonFiniteOrigin(place, layer, p, count, List.of(), 0, overflow, largestFeature);
  }

  /** The origin of a finite gradient whose squares overflow. */
  private NonFiniteOrigin tooLarge(ExampleScan features) {
    if (features.largest >= HUGE_FEATURE) {
      return hugeFeatures(features);
    }
    int p = nearestToOutput(maxGradientNorm);
    return ofParameter(Place.GRADIENT, p, 0, true, features.largest);
  }

  private static NonFiniteOrigin hugeFeatures(ExampleScan features) {
    return ofExamples(Place.FEATURES, -1, -1, 0, huge(features), true, features.largest);
  }

  /** The examples whose features overflow; empty if none is huge. */
  private static BitSet huge(ExampleScan features) {
    return features.largest >= HUGE_FEATURE
        ? features.examplesAbove(Math.max(HUGE_FEATURE, features.largest * SMALL_FEATURE_SHARE))
        : new BitSet();
  }

  /** The parameter nearest to the output whose gradient norm exceeds this; -1 if none does. */
  private int nearestToOutput(double max) {
    int nearest = -1;
    int nearestLayer = -1;
    for (int p = 0; p < measurement.gradientNorm.length; p++) {
      double norm = measurement.gradientNorm[p];
      int layer = table.layout().parameters().get(p).layer();
      if (!(norm <= max) && !Measurement.isAbsent(norm) && layer > nearestLayer) {
        nearest = p;
        nearestLayer = layer;
      }
    }
    return nearest;
  }

  private @Nullable NonFiniteOrigin inForwardPass(
      Network network, Minibatch batch, ExampleScan features, boolean overflow) {
    long bytes = network.copyBytes();
    if (!memory.take(Use.RECOMPUTED_PASS, bytes)) {
      return null;
    }
    try (RecomputedPass pass = RecomputedPass.of(network, batch, generator)) {
      ExampleScan scan = new ExampleScan(binding, batch.examples());
      int layer = 0;
      for (INDArray activations : pass.activations()) {
        if (scan.scan(activations)) {
          BitSet examples = affectedExamples(scan.affected, features);
          return ofExamples(
              Place.ACTIVATION, layer, -1, scan.count, examples, overflow, features.largest);
        }
        layer++;
      }
      BitSet examples = new BitSet();
      for (INDArray scores : pass.scores()) {
        scan.scan(scores);
        examples.or(scan.affected);
      }
      return inResults(features, affectedExamples(examples, features), overflow);
    } catch (Throwable e) {
      recomputing.failed(e);
      return null;
    } finally {
      memory.giveBack(Use.RECOMPUTED_PASS, bytes);
    }
  }

  /**
   * Of the affected examples, those with huge features, if there are any. Batch normalization
   * spreads the values of one example to all.
   */
  private static BitSet affectedExamples(BitSet examples, ExampleScan features) {
    BitSet huge = huge(features);
    huge.and(examples);
    return huge.isEmpty() ? examples : huge;
  }

  private NonFiniteOrigin inResults(
      ExampleScan features, BitSet affectedByScore, boolean overflow) {
    double largest = features.largest;
    if (!Double.isFinite(measurement.score)) {
      return ofExamples(Place.SCORE, -1, -1, 1, affectedByScore, overflow, largest);
    }
    int p = nearestToOutput(Double.MAX_VALUE);
    int layer = table.layout().parameters().get(p).layer();
    MeasuredArray gradient = table.gradient(p);
    long count = gradient == null ? 1 : ExampleScan.nonFinite(gradient);
    return ofExamples(Place.GRADIENT, layer, p, count, huge(features), overflow, largest);
  }

  /**
   * Searches when weights have been measured after the update. Returns the origin found at the
   * gradient of this iteration, or else a non-finite weight. The update is the origin if it has at
   * least as many non-finite elements as the weights; otherwise the weight was non-finite before.
   *
   * <p>A running statistic has no update. Features so huge that its variance overflows can leave
   * score and gradient finite, because batch normalization divides by it. Then the features are the
   * origin.
   */
  @Nullable NonFiniteOrigin atUpdate(Network network) {
    if (found != null || measurement.weightIteration != measurement.iteration) {
      return found;
    }
    for (int p = 0; p < measurement.weightNorm.length; p++) {
      double norm = measurement.weightNorm[p];
      if (!Double.isFinite(norm) && !Measurement.isAbsent(norm)) {
        if (table.layout().parameters().get(p).role() == ParameterRole.STATISTIC) {
          Minibatch batch = network.minibatch();
          ExampleScan features = new ExampleScan(binding, batch.examples());
          NonFiniteOrigin inData = inData(network, batch, features);
          if (inData != null || features.largest >= HUGE_FEATURE) {
            return inData != null ? inData : hugeFeatures(features);
          }
        }
        long weights = ExampleScan.nonFinite(table.weights(p));
        MeasuredArray update = table.isStochasticGradientDescent() ? table.gradient(p) : null;
        long updates = update == null ? 0 : ExampleScan.nonFinite(update);
        return updates > 0 && updates >= weights
            ? ofParameter(Place.UPDATE, p, updates, hasFiniteRate(p), Double.NaN)
            : ofParameter(Place.WEIGHT, p, weights, false, Double.NaN);
      }
    }
    return null;
  }

  private boolean hasFiniteRate(int p) {
    double rate = measurement.learningRate[p];
    return Double.isFinite(rate) || Measurement.isAbsent(rate);
  }
}
