package dev.traininghealth.detect;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;

/** A kind of measurement that detectors read, each on a schedule of its own. */
public enum Evidence {
  /** The score of the minibatch, at each iteration. */
  SCORE {
    @Override
    public long stamp(Measurement m, NetworkLayout layout) {
      return Measurement.isAbsent(m.score()) ? -1 : m.iteration();
    }
  },

  /** Norms of gradients, at each iteration. */
  GRADIENTS {
    @Override
    public long stamp(Measurement m, NetworkLayout layout) {
      for (int p = 0; p < m.parameters(); p++) {
        if (!Measurement.isAbsent(m.gradientNorm(p))) {
          return m.iteration();
        }
      }
      return -1;
    }
  },

  /** Norms of weights and updates, as often as the cost budget allows. */
  WEIGHTS {
    @Override
    public long stamp(Measurement m, NetworkLayout layout) {
      return m.weightIteration();
    }
  },

  /**
   * Activations of hidden layers with silent units and saturation, every 500 iterations or ten
   * seconds.
   */
  ACTIVATIONS {
    @Override
    public long stamp(Measurement m, NetworkLayout layout) {
      return latestActivations(m, layout, false);
    }
  },

  /** How hidden layers tell examples apart, with their activations, where no dropout follows. */
  EXAMPLE_SPREAD {
    @Override
    public long stamp(Measurement m, NetworkLayout layout) {
      for (int layer = 0; layer < m.layers(); layer++) {
        if (!layout.layers().get(layer).configuration().isOutput()
            && !Measurement.isAbsent(m.exampleSpread(layer))) {
          return m.activationIteration(layer);
        }
      }
      return -1;
    }
  },

  /** Activations of output layers in inference, at comparisons with the frozen baseline. */
  OUTPUTS {
    @Override
    public long stamp(Measurement m, NetworkLayout layout) {
      return latestActivations(m, layout, true);
    }
  },

  /** Scores on validation data, if the user has them. */
  VALIDATION {
    @Override
    public long stamp(Measurement m, NetworkLayout layout) {
      return m.validationCount() > 0 ? m.validationCount() : -1;
    }
  },

  /** Features and labels of minibatches. */
  DATA {
    @Override
    public long stamp(Measurement m, NetworkLayout layout) {
      return m.data().minibatches() > 0 ? m.data().minibatches() : -1;
    }
  },

  /** Learning rates, at each iteration. */
  LEARNING_RATES {
    @Override
    public long stamp(Measurement m, NetworkLayout layout) {
      for (int p = 0; p < m.parameters(); p++) {
        if (!Measurement.isAbsent(m.learningRate(p))) {
          return m.iteration();
        }
      }
      return -1;
    }
  },

  /** Garbage collection and memory of the JVM, about every second of training. */
  JVM {
    @Override
    public long stamp(Measurement m, NetworkLayout layout) {
      return m.conditions().readings() > 0 ? m.conditions().readings() : -1;
    }
  },

  /** Steps that protection may change, at each iteration; none in a dry run. */
  PROTECTION {
    @Override
    public long stamp(Measurement m, NetworkLayout layout) {
      return Measurement.isAbsent(m.protection().minLearningRateFactor()) ? -1 : m.iteration();
    }
  };

  /**
   * {@return a number that changes with each measurement of this kind, or -1 before the first}
   *
   * @param m the numbers of an iteration
   * @param layout the network
   */
  public abstract long stamp(Measurement m, NetworkLayout layout);

  private static long latestActivations(Measurement m, NetworkLayout layout, boolean ofOutputs) {
    for (int layer = 0; layer < m.layers(); layer++) {
      boolean isOutput = layout.layers().get(layer).configuration().isOutput();
      if (isOutput == ofOutputs && m.activationIteration(layer) >= 0) {
        return m.activationIteration(layer);
      }
    }
    return -1;
  }
}
