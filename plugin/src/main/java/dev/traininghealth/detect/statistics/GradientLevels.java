package dev.traininghealth.detect.statistics;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.Arrays;

/** The log-norms of each layer's gradient and of the global gradient, with their usual levels. */
final class GradientLevels implements Restorable {
  /**
   * Minimum mean deviation of a log-norm. The log-norms of minibatch gradients always vary more in
   * a real run. With full batches and the default false-alarm rate, it keeps the threshold of a
   * spike at about five times the usual norm.
   */
  private static final double MIN_DEVIATION = 0.1;

  /** Sum of squares above which no digits are lost to underflow, which begins at 2.2e-308. */
  private static final double MIN_SQUARES = 1e-300;

  /** Sum of squares below which nothing has overflowed; the largest number is 1.8e308. */
  private static final double MAX_SQUARES = 1e300;

  private final double[] logNorm;
  private double logGlobalNorm = Double.NaN;
  private final RobustLevel[] level;
  private final RobustLevel globalLevel = new RobustLevel(MIN_DEVIATION);

  GradientLevels(int layers) {
    logNorm = new double[layers];
    level = new RobustLevel[layers];
    for (int i = 0; i < layers; i++) {
      level[i] = new RobustLevel(MIN_DEVIATION);
    }
  }

  /**
   * {@return the natural logarithm of the L2 norm of a layer's gradient, minus infinity for a zero
   * gradient, NaN without gradient}
   */
  double logNorm(int layer) {
    return logNorm[layer];
  }

  /**
   * {@return the usual level of {@link #logNorm} of a layer, up to the latest {@link
   * #addToStatistics}}
   */
  RobustLevel level(int layer) {
    return level[layer];
  }

  /** {@return the usual level of the global gradient's log-norm} */
  RobustLevel globalLevel() {
    return globalLevel;
  }

  /** Reads the gradient norms of an iteration. The levels do not include them yet. */
  void take(NetworkLayout layout, Measurement m) {
    double allSquares = 0;
    double largestOfAll = 0;
    for (int l = 0; l < logNorm.length; l++) {
      logNorm[l] = Double.NaN;
      NetworkLayout.Layer layer = layout.layers().get(l);
      double squares = 0;
      double largest = -1;
      for (int p = layer.firstParameter();
          p < layer.firstParameter() + layer.parameterCount();
          p++) {
        double norm = m.gradientNorm(p);
        if (!Measurement.isAbsent(norm)) {
          squares += norm * norm;
          largest = Math.max(largest, norm);
        }
      }
      if (Double.isNaN(squares) || largest < 0) {
        continue;
      }
      allSquares += squares;
      largestOfAll = Math.max(largestOfAll, largest);
      logNorm[l] = log(squares, largest);
    }
    logGlobalNorm = log(allSquares, largestOfAll);
  }

  /**
   * {@return the logarithm of the root of a sum of squares, or of the largest root if squares
   * overflow or underflow}
   */
  private static double log(double squares, double largest) {
    boolean exact = squares > MIN_SQUARES && squares < MAX_SQUARES;
    return exact ? 0.5 * Math.log(squares) : Math.log(largest);
  }

  /** Adds the latest norms to the levels. */
  void addToStatistics() {
    for (int l = 0; l < logNorm.length; l++) {
      level[l].observe(logNorm[l]);
    }
    globalLevel.observe(logGlobalNorm);
  }

  /**
   * {@return whether a layer's log-norm deviates from its level by a number of mean deviations,
   * upwards or downwards}
   */
  boolean isUnusual(double deviations) {
    for (int l = 0; l < logNorm.length; l++) {
      RobustLevel usual = level[l];
      if (usual.isWarm()
          && (logNorm[l] > usual.location() + deviations * usual.above()
              || logNorm[l] < usual.location() - deviations * usual.below())) {
        return true;
      }
    }
    return false;
  }

  /** Saves the levels. The norms belong to one iteration and are not saved. */
  @Override
  public void save(SavedNumbers to) {
    RobustLevel.save(to, all());
  }

  @Override
  public void restore(SavedNumbers from) {
    RobustLevel.restore(from, all());
  }

  /** {@return the levels of the layers, then the global level} */
  private RobustLevel[] all() {
    RobustLevel[] all = Arrays.copyOf(level, level.length + 1);
    all[level.length] = globalLevel;
    return all;
  }
}
