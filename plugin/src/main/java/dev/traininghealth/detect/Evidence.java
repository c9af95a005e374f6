package dev.traininghealth.detect;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;

/** A kind of measurement that detectors read, each on a schedule of its own. */
@SuppressWarnings("EnumOrdinal") // numbers of all kinds are in one array, read at every iteration
public enum Evidence {
  /** The score of the minibatch, at each iteration. */
  SCORE,

  /** Norms of gradients, at each iteration. */
  GRADIENTS,

  /** Norms of weights and updates, as often as the cost budget allows. */
  WEIGHTS,

  /**
   * Activations of hidden layers with silent units and saturation, every 500 iterations or ten
   * seconds.
   */
  ACTIVATIONS,

  /** How hidden layers tell examples apart, with their activations, where no dropout follows. */
  EXAMPLE_SPREAD,

  /** Activations of output layers in inference, at comparisons with the frozen baseline. */
  OUTPUTS,

  /** The noise of the gradient, in runs of thousands of iterations, as the budget allows. */
  GRADIENT_NOISE,

  /** Scores on validation data, if the user has them. */
  VALIDATION,

  /** Features and labels of minibatches. */
  DATA,

  /** Learning rates, at each iteration. */
  LEARNING_RATES,

  /** Garbage collection and memory of the JVM, about every second of training. */
  JVM,

  /** Steps that protection may change, at each iteration; none in a dry run. */
  PROTECTION;

  private static final long NONE = -1;

  /**
   * Computes for each kind a number that changes with each measurement of it, or -1 before the
   * first. All kinds are in one method because it runs at every iteration.
   *
   * @param m the numbers of an iteration
   * @param layout the network
   * @param stamps receives the number of each kind at its ordinal
   */
  public static void stamps(Measurement m, NetworkLayout layout, long[] stamps) {
    long now = m.iteration();
    stamps[SCORE.ordinal()] = Measurement.isAbsent(m.score()) ? NONE : now;
    stamps[WEIGHTS.ordinal()] = m.weightIteration();
    stamps[GRADIENT_NOISE.ordinal()] = m.noiseScale().iteration();
    stamps[VALIDATION.ordinal()] = orNone(m.validationCount());
    stamps[DATA.ordinal()] = orNone(m.data().minibatches());
    stamps[JVM.ordinal()] = orNone(m.conditions().readings());
    stamps[PROTECTION.ordinal()] =
        Measurement.isAbsent(m.protection().minLearningRateFactor()) ? NONE : now;
    ofParameters(m, stamps);
    ofLayers(m, layout, stamps);
  }

  private static long orNone(long count) {
    return count > 0 ? count : NONE;
  }

  private static void ofParameters(Measurement m, long[] stamps) {
    boolean hasGradient = false;
    boolean hasRate = false;
    for (int p = 0; p < m.parameters() && !(hasGradient && hasRate); p++) {
      hasGradient |= !Measurement.isAbsent(m.gradientNorm(p));
      hasRate |= !Measurement.isAbsent(m.learningRate(p));
    }
    stamps[GRADIENTS.ordinal()] = hasGradient ? m.iteration() : NONE;
    stamps[LEARNING_RATES.ordinal()] = hasRate ? m.iteration() : NONE;
  }

  private static void ofLayers(Measurement m, NetworkLayout layout, long[] stamps) {
    long activations = NONE;
    long spread = NONE;
    long outputs = NONE;
    for (int layer = 0; layer < m.layers(); layer++) {
      long measured = m.activationIteration(layer);
      if (measured >= 0) {
        if (layout.layers().get(layer).configuration().isOutput()) {
          outputs = outputs < 0 ? measured : outputs;
        } else {
          activations = activations < 0 ? measured : activations;
          spread = spread < 0 && !Measurement.isAbsent(m.exampleSpread(layer)) ? measured : spread;
        }
      }
    }
    stamps[ACTIVATIONS.ordinal()] = activations;
    stamps[EXAMPLE_SPREAD.ordinal()] = spread;
    stamps[OUTPUTS.ordinal()] = outputs;
  }
}
