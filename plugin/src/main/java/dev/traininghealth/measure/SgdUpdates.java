package dev.traininghealth.measure;

import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NumericLimits;
import dev.traininghealth.numbers.ProtectionStep;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.optimize.api.ConvexOptimizer;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * The norms of updates by plain stochastic gradient descent: an update is the gradient times the
 * learning rate, so that its norm is known at every iteration, from numbers that are measured
 * anyway.
 *
 * <p>All trained parameters must have {@link Sgd} as updater, with any schedule, and nothing else
 * may change the gradient or the update: regularization, DL4J's gradient normalization, a
 * constraint, updates of other workers, or protection in this step. Code of the user may change
 * gradients, too: whenever weights are measured, one known norm is compared with the update's
 * memory, at the first time all of them. After the first that differs, none is known any more.
 *
 * <p>Mean magnitudes are read from the update's memory, with the weights.
 */
final class SgdUpdates {
  /** A larger relative difference is no rounding of the norm of a large array. */
  private static final double TOLERANCE = 1e-3;

  /** Norms between which no element of weight overflows or loses digits in single precision. */
  private static final double MIN_FLOAT = 1e-28;

  private static final double MAX_FLOAT = 1e30;

  /** The same in double precision. */
  private static final double MIN_DOUBLE = 1e-280;

  private static final double MAX_DOUBLE = 1e290;

  private final ParameterTable table;
  private final double min;
  private final double max;

  /** Whether norms can be known at all; false after a comparison that failed. */
  private boolean plain;

  /** The parameter that is compared next; -1 before the first comparison, which is of all. */
  private int compared = -1;

  SgdUpdates(ParameterTable table) {
    this.table = table;
    NumericLimits limits = table.layout().limits();
    boolean isDouble = limits.equals(NumericLimits.DOUBLE);
    min = isDouble ? MIN_DOUBLE : MIN_FLOAT;
    max = isDouble ? MAX_DOUBLE : MAX_FLOAT;
    plain =
        table.isStochasticGradientDescent()
            && (isDouble || limits.equals(NumericLimits.FLOAT))
            && table.allTrained(SgdUpdates::isPlain)
            && !WeightSamples.isConstrained(table);
  }

  private static boolean isPlain(TrainingConfig configuration, String parameter) {
    GradientNormalization normalization = configuration.getGradientNormalization();
    List<Regularization> regularization = configuration.getRegularizationByParam(parameter);
    IUpdater updater = configuration.getUpdaterByParam(parameter);
    return updater != null
        && updater.getClass() == Sgd.class
        && (regularization == null || regularization.isEmpty())
        && (normalization == null || normalization == GradientNormalization.None)
        && !configuration.isPretrainParam(parameter);
  }

  /** Sets the norms of this iteration's update, if they are known. */
  void onUpdate(Model model, MeasurementWriter m) {
    if (!plain || isChanged(m.protection) || isShared(model) || !areExact(m)) {
      return;
    }
    if (m.weightIteration == m.iteration) {
      compare(m);
      if (!plain) {
        return;
      }
    }
    for (int p = 0; p < m.updateNorm.length; p++) {
      if (table.gradient(p) != null) {
        m.updateNorm[p] = norm(m, p);
      }
    }
    m.updateIteration = m.iteration;
  }

  private static double norm(MeasurementWriter m, int parameter) {
    return m.gradientNorm[parameter] * Math.abs(m.learningRate[parameter]);
  }

  private static boolean isChanged(ProtectionStep step) {
    return step.isSkipped()
        || (!Measurement.isAbsent(step.gradientNorm())
            && step.gradientNorm() != step.clippedGradientNorm());
  }

  private static boolean isShared(Model model) {
    ConvexOptimizer optimizer = model.getOptimizer();
    return optimizer == null || optimizer.getGradientsAccumulator() != null;
  }

  private boolean areExact(MeasurementWriter m) {
    for (int p = 0; p < m.updateNorm.length; p++) {
      MeasuredArray update = table.gradient(p);
      if (update != null) {
        double least = min * Math.sqrt((double) update.length());
        if (!isExact(m.gradientNorm[p], least) || !isExact(norm(m, p), least)) {
          return false;
        }
      }
    }
    return true;
  }

  /** False for NaN. */
  private boolean isExact(double norm, double least) {
    return norm == 0 || (norm >= least && norm <= max);
  }

  private void compare(MeasurementWriter m) {
    if (compared < 0) {
      for (int p = 0; p < m.updateNorm.length; p++) {
        compare(m, p);
      }
      compared = 0;
    } else if (m.updateNorm.length > 0) {
      compare(m, compared);
      compared = (compared + 1) % m.updateNorm.length;
    }
  }

  private void compare(MeasurementWriter m, int parameter) {
    MeasuredArray update = table.gradient(parameter);
    if (update != null) {
      double expected = norm(m, parameter);
      double norm = update.norm2();
      plain &= Math.abs(norm - expected) <= TOLERANCE * expected; // false for NaN
    }
  }
}
