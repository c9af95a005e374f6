package dev.traininghealth.detect.statistics;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.Arrays;

/** The log-norm of each layer's gradient and of all together, and where each usually is. */
final class GradientLevels implements Restorable {
  /** Log-norms of minibatch gradients never stray less in a real training. */
  private static final double MIN_DEVIATION = 0.1;

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
   * Natural logarithm of the L2 norm of a layer's gradient at this iteration; minus infinity for a
   * gradient of zero, NaN for a layer without.
   */
  double logNorm(int layer) {
    return logNorm[layer];
  }

  /** Where {@link #logNorm} of a layer usually is, up to the latest {@link #addToStatistics}. */
  RobustLevel level(int layer) {
    return level[layer];
  }

  /** Where the log-norm of all layers' gradients together usually is. */
  RobustLevel globalLevel() {
    return globalLevel;
  }

  /** Takes the norms of an iteration; they are not yet part of the levels. */
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
   * Logarithm of the root of a sum of squares; of the largest root where squares overflow or
   * vanish.
   */
  private static double log(double squares, double largest) {
    boolean exact = squares > 1e-300 && squares < 1e300;
    return exact ? 0.5 * Math.log(squares) : Math.log(largest);
  }

  /** Makes the norms that were taken part of the levels. */
  void addToStatistics() {
    for (int l = 0; l < logNorm.length; l++) {
      level[l].observe(logNorm[l]);
    }
    globalLevel.observe(logGlobalNorm);
  }

  /** Whether a layer's gradient is so many mean deviations off its level, to either side. */
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

  /** Saves the levels; the norms of an iteration belong to that alone. */
  @Override
  public void save(SavedNumbers to) {
    RobustLevel.save(to, all());
  }

  @Override
  public void restore(SavedNumbers from) {
    RobustLevel.restore(from, all());
  }

  /** Those of the layers, then that of all together. */
  private RobustLevel[] all() {
    RobustLevel[] all = Arrays.copyOf(level, level.length + 1);
    all[level.length] = globalLevel;
    return all;
  }
}
