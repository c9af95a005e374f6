package dev.traininghealth.measure;

import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.array.MeasuredArray.WorkVector;
import dev.traininghealth.numbers.Measurement;
import java.util.SplittableRandom;

/**
 * Computes the largest singular value ‖W‖₂ of a matrix by power iteration on WᵀW (von Mises; Golub
 * &amp; Van Loan, <i>Matrix Computations</i>, 8.2). It is warm-started: the singular vector is kept
 * from one measurement to the next, because weights change little between them.
 *
 * <p>The estimate approaches the true value from below. A tensor of more than two dimensions is
 * read as the matrix of its first dimension against all others. For a convolution these are output
 * channels against the patch that each sees.
 */
final class PowerIteration {
  private static final double TOLERANCE = 1e-4;

  /** Steps of the first measurement, which starts from a random vector. */
  private static final int COLD_STEPS = 50;

  private static final int WARM_STEPS = 4;

  private final MeasuredArray array;
  private final ParameterTable.Matrix shape;
  private final WorkVector left;
  private final WorkVector right;
  private boolean warm;

  /** The latest estimate, which a warm measurement often confirms in one step. */
  private double latest;

  private boolean released;

  PowerIteration(MeasuredArray array, ParameterTable.Matrix shape) {
    this.array = array;
    this.shape = shape;
    left = array.workVector(shape.rows());
    right = array.workVector(shape.columns());
  }

  /** Returns the current estimate; NaN for a non-finite element, absent after {@link #release}. */
  synchronized double measure() {
    if (released) {
      return Measurement.absent(); // not NaN, which would mean a non-finite matrix
    }
    if (!Double.isFinite(array.norm2())) {
      warm = false;
      return Double.NaN;
    }
    int steps = warm ? WARM_STEPS : COLD_STEPS;
    if (!warm) {
      randomize();
    }
    double estimate = warm ? latest : 0;
    for (int i = 0; i < steps; i++) {
      double before = estimate;
      multiply(false, right, left);
      if (!normalize(left)) {
        warm = false; // W is zero, or maps the vector to zero: start again from a random vector
        return 0;
      }
      multiply(true, left, right);
      estimate = right.norm2();
      if (!normalize(right)) {
        warm = false;
        return 0;
      }
      if (Math.abs(estimate - before) <= TOLERANCE * estimate) {
        break;
      }
    }
    warm = true;
    latest = estimate;
    return estimate;
  }

  /** Frees the vectors; any thread may call it. Nothing is measured afterwards. */
  synchronized void release() {
    if (!released) {
      released = true;
      left.release();
      right.release();
    }
  }

  private void multiply(boolean transposed, WorkVector x, WorkVector y) {
    array.multiply(shape.rows(), shape.columnMajor(), transposed, x, y);
  }

  private static boolean normalize(WorkVector vector) {
    double norm = vector.norm2();
    if (!(norm > 0)) {
      return false;
    }
    vector.scale(1 / norm);
    return true;
  }

  private void randomize() {
    // An own generator: drawing from ND4J's would change the user's run.
    SplittableRandom random = new SplittableRandom(shape.parameter() + 1L);
    for (int i = 0; i < shape.columns(); i++) {
      right.set(i, random.nextDouble(-1, 1));
    }
    normalize(right);
  }
}
