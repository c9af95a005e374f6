package dev.traininghealth.samples.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.MatchCondition;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * Finds the iteration at which a run went wrong. It checks every iteration with ND4J's plain
 * operations, which is slow, and uses nothing of the plugin.
 *
 * <p>It is attached only to runs of the problems {@code non_finite} and {@code exploding}, because
 * the others have no onset.
 */
final class OnsetOracle extends BaseTrainingListener {
  /** Number of first scores whose median is the usual score. */
  private static final int FIRST_SCORES = 20;

  private static final double EXPLOSION_RATIO = 10;
  private static final long NEVER = -1;

  private final List<Double> scores = new ArrayList<>();
  private final List<Long> iterations = new ArrayList<>();
  private long nonFinite = NEVER;

  static boolean knows(String problem) {
    return problem.equals(FaultCase.NON_FINITE) || problem.equals(FaultCase.EXPLODING);
  }

  @Override
  public void onGradientCalculation(Model model) {
    if (nonFinite == NEVER) {
      for (INDArray gradient : model.gradient().gradientForVariable().values()) {
        check(gradient, iteration(model));
      }
    }
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    score(iteration, model.score());
    if (nonFinite == NEVER) {
      for (INDArray update : model.gradient().gradientForVariable().values()) {
        check(update, iteration);
      }
      check(model.params(), iteration);
    }
  }

  /** Checks a score. */
  void score(long iteration, double score) {
    scores.add(score);
    iterations.add(iteration);
    if (nonFinite == NEVER && !Double.isFinite(score)) {
      nonFinite = iteration;
    }
  }

  private void check(INDArray values, long iteration) {
    if (nonFinite == NEVER && hasNonFinite(values)) {
      nonFinite = iteration;
    }
  }

  static boolean hasNonFinite(INDArray values) {
    return Nd4j.getExecutioner().exec(new MatchCondition(values, Conditions.notFinite())).getLong(0)
        > 0;
  }

  private static int iteration(Model model) {
    return ((MultiLayerNetwork) model).getIterationCount();
  }

  /** The iteration at which a run of that problem went wrong; empty if it did not. */
  OptionalLong onset(String problem) {
    return switch (problem) {
      case FaultCase.NON_FINITE ->
          nonFinite == NEVER ? OptionalLong.empty() : OptionalLong.of(nonFinite);
      case FaultCase.EXPLODING -> explosion();
      default -> OptionalLong.empty();
    };
  }

  /** The first score that is non-finite, or above ten times the median of the first twenty. */
  private OptionalLong explosion() {
    double limit = EXPLOSION_RATIO * medianOfFirst();
    for (int i = 0; i < scores.size(); i++) {
      double score = scores.get(i);
      if (!Double.isFinite(score) || (limit > 0 && score > limit)) {
        return OptionalLong.of(iterations.get(i));
      }
    }
    return OptionalLong.empty();
  }

  /** The median of the first scores; a non-finite score counts as larger than all finite ones. */
  private double medianOfFirst() {
    double[] first =
        scores.stream()
            .limit(FIRST_SCORES)
            .mapToDouble(score -> Double.isFinite(score) ? score : Double.POSITIVE_INFINITY)
            .toArray();
    if (first.length == 0) {
      return Double.NaN;
    }
    Arrays.sort(first);
    return (first[(first.length - 1) / 2] + first[first.length / 2]) / 2;
  }
}
