package dev.traininghealth.measure;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.guard.Guard;
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
 * Finds where the first non-finite value of an iteration stood. An iteration that is well costs a
 * few comparisons; only one that is not is searched: its data, then its weights before the step,
 * then activations, score and gradients.
 *
 * <p>Activations are gone when the gradient is known, so they are computed again, on a copy: that
 * takes the memory of the network and of one forward pass, and about the time of one. It is done at
 * the first such iteration, and in a run that stays so again after 2, 4, 8, … and at most {@value
 * #MAX_WAIT} iterations. In between the search is the same without the activations: an origin that
 * would be an {@link Place#ACTIVATION} is then the score, or the gradient nearest to the output,
 * that it made non-finite. After a finite stretch longer than the wait, it begins anew.
 *
 * <p>A gradient that is finite, but so large that an updater's squares overflow, is searched
 * likewise: the origin is {@link Place#FEATURES} where some of them are huge, else the {@link
 * Place#GRADIENT} nearest to the output that is so large.
 */
final class OriginSearch {
  /** Most iterations between two looks at the activations of a run that stays non-finite. */
  static final int MAX_WAIT = 1024;

  /** Features from which on the size of features alone explains what overflows. */
  static final double HUGE_FEATURE = 1e10;

  /** Features by so much smaller than the largest are not those that overflow. */
  private static final double BESIDE_THE_LARGEST = 1e-6;

  private final ParameterTable table;
  private final ArrayBinding binding;
  private final MeasurementWriter measurement;
  private final GeneratorState generator;
  private final double mostGradient;
  private final Guard recomputing =
      Guard.retrying(
          "Computing the activations of a non-finite iteration again",
          "its origin is told by data, weights, score and gradients alone");

  /** The origin found at the gradient of this iteration. */
  private @Nullable NonFiniteOrigin found;

  /** Iterations since activations were looked at, and since a value was non-finite. */
  private long sinceRecomputed = MAX_WAIT;

  private long sinceFound = MAX_WAIT;
  private long wait = 1;

  /**
   * @param generator its state before each iteration's forward pass
   */
  OriginSearch(
      ParameterTable table,
      ArrayBinding binding,
      MeasurementWriter measurement,
      GeneratorState generator) {
    this.table = table;
    this.binding = binding;
    this.measurement = measurement;
    this.generator = generator;
    mostGradient = table.layout().limits().maxGradientNorm();
  }

  /** When gradient norms and score have been measured and nothing has been updated. */
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
      if (!(norm <= mostGradient) && !Measurement.isAbsent(norm)) {
        return false;
      }
    }
    return Double.isFinite(measurement.score);
  }

  private @Nullable NonFiniteOrigin search(Network network, boolean recompute) {
    Minibatch batch = network.minibatch();
    ExampleScan features = new ExampleScan(binding, batch.examples());
    NonFiniteOrigin origin = inData(batch, features);
    if (origin == null) {
      origin = inWeights(features.largest);
    }
    if (origin == null && areResultsFinite()) {
      return tooLarge(features);
    }
    if (origin != null) {
      return origin;
    }
    boolean overflow = isStateFinite(batch); // as data and weights are
    if (recompute && !batch.features().isEmpty()) {
      sinceRecomputed = 0;
      wait = Math.min(2 * wait, MAX_WAIT);
      origin = inForwardPass(network, batch, features, overflow);
    }
    return origin != null ? origin : inResults(features, new BitSet(), overflow);
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

  private @Nullable NonFiniteOrigin inData(Minibatch batch, ExampleScan features) {
    long count = 0;
    BitSet rows = new BitSet();
    for (INDArray array : batch.features()) { // all of them, for the largest feature
      if (features.scan(array) && count == 0) {
        count = features.count;
        rows.or(features.rows);
      }
    }
    if (count > 0) {
      return ofRows(Place.FEATURES, -1, -1, count, rows, false, features.largest);
    }
    ExampleScan others = new ExampleScan(binding, batch.examples());
    int hidden = Math.max(0, batch.layerMasks().size() - 1); // the last layer's is the labels'
    for (List<@Nullable INDArray> masks :
        List.of(batch.featureMasks(), batch.layerMasks().subList(0, hidden))) {
      for (INDArray mask : masks) {
        if (others.scan(mask)) {
          return data(Place.FEATURES, others, features.largest);
        }
      }
    }
    for (List<@Nullable INDArray> arrays :
        List.of(
            batch.labels(),
            batch.labelMasks(),
            batch.layerMasks().subList(hidden, batch.layerMasks().size()))) {
      for (INDArray array : arrays) {
        if (others.scan(array)) {
          return data(Place.LABELS, others, features.largest);
        }
      }
    }
    return null;
  }

  private static NonFiniteOrigin data(Place place, ExampleScan scan, double largestFeature) {
    return ofRows(place, -1, -1, scan.count, scan.rows, false, largestFeature);
  }

  private static NonFiniteOrigin ofRows(
      Place place,
      int layer,
      int parameter,
      long count,
      BitSet rows,
      boolean overflow,
      double largestFeature) {
    return new NonFiniteOrigin(
        place,
        layer,
        parameter,
        count,
        ExampleScan.listed(rows),
        rows.cardinality(),
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

  /** A finite gradient whose squares overflow. */
  private NonFiniteOrigin tooLarge(ExampleScan features) {
    if (features.largest >= HUGE_FEATURE) {
      return hugeFeatures(features);
    }
    int p = nearestToOutput(mostGradient);
    return ofParameter(Place.GRADIENT, p, 0, true, features.largest);
  }

  private static NonFiniteOrigin hugeFeatures(ExampleScan features) {
    return ofRows(Place.FEATURES, -1, -1, 0, huge(features), true, features.largest);
  }

  /** The rows whose features are what overflows; empty where none is huge. */
  private static BitSet huge(ExampleScan features) {
    return features.largest >= HUGE_FEATURE
        ? features.rowsAbove(Math.max(HUGE_FEATURE, features.largest * BESIDE_THE_LARGEST))
        : new BitSet();
  }

  /** The parameter whose gradient was the first to exceed this; -1 where none does. */
  private int nearestToOutput(double most) {
    int nearest = -1;
    int nearestLayer = -1;
    for (int p = 0; p < measurement.gradientNorm.length; p++) {
      double norm = measurement.gradientNorm[p];
      int layer = table.layout().parameters().get(p).layer();
      if (!(norm <= most) && !Measurement.isAbsent(norm) && layer > nearestLayer) {
        nearest = p;
        nearestLayer = layer;
      }
    }
    return nearest;
  }

  private @Nullable NonFiniteOrigin inForwardPass(
      Network network, Minibatch batch, ExampleScan features, boolean overflow) {
    try (RecomputedPass pass = RecomputedPass.of(network, batch, generator)) {
      ExampleScan scan = new ExampleScan(binding, batch.examples());
      int layer = 0;
      for (INDArray activations : pass.activations()) {
        if (scan.scan(activations)) {
          BitSet rows = affectedExamples(scan.rows, features);
          return ofRows(Place.ACTIVATION, layer, -1, scan.count, rows, overflow, features.largest);
        }
        layer++;
      }
      BitSet rows = new BitSet();
      for (INDArray scores : pass.scores()) {
        scan.scan(scores);
        rows.or(scan.rows);
      }
      return inResults(features, affectedExamples(rows, features), overflow);
    } catch (Throwable e) {
      recomputing.failed(e);
      return null;
    }
  }

  /**
   * Of the rows that carry it, those with huge features, if there are any: batch normalization
   * spreads what one row has to all.
   */
  private static BitSet affectedExamples(BitSet rows, ExampleScan features) {
    BitSet huge = huge(features);
    huge.and(rows);
    return huge.isEmpty() ? rows : huge;
  }

  private NonFiniteOrigin inResults(ExampleScan features, BitSet scoreRows, boolean overflow) {
    double largest = features.largest;
    if (!Double.isFinite(measurement.score)) {
      return ofRows(Place.SCORE, -1, -1, 1, scoreRows, overflow, largest);
    }
    int p = nearestToOutput(Double.MAX_VALUE);
    int layer = table.layout().parameters().get(p).layer();
    MeasuredArray gradient = table.gradient(p);
    long count = gradient == null ? 1 : ExampleScan.nonFinite(gradient);
    return ofRows(Place.GRADIENT, layer, p, count, huge(features), overflow, largest);
  }

  /**
   * When weights have been measured after the update: what was found at the gradient of this
   * iteration, or else where a weight is not finite. It is the update's doing where the update has
   * as many non-finite elements; where the update has fewer, the weight was so before.
   *
   * <p>A running statistic has no update to look at. Features so huge that its variance overflows
   * can leave score and gradient finite, for batch normalization divides by it: then the features
   * are the origin.
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
          NonFiniteOrigin inData = inData(batch, features);
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
