package dev.traininghealth.detect;

import dev.traininghealth.numbers.Measurement;

/** A kind of measurement that detectors read, each on a schedule of its own. */
public enum Evidence {
  /** The score of the minibatch, at each iteration. */
  SCORE {
    @Override
    public long stamp(Measurement m) {
      return Measurement.isAbsent(m.score()) ? -1 : m.iteration();
    }
  },

  /** Norms of gradients, at each iteration. */
  GRADIENTS {
    @Override
    public long stamp(Measurement m) {
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
    public long stamp(Measurement m) {
      return m.weightIteration();
    }
  },

  /** Activations with silent units and saturation, every 500 iterations or ten seconds. */
  ACTIVATIONS {
    @Override
    public long stamp(Measurement m) {
      for (int layer = 0; layer < m.layers(); layer++) {
        if (m.activationIteration(layer) >= 0) {
          return m.activationIteration(layer);
        }
      }
      return -1;
    }
  },

  /** Scores on validation data, if the user has them. */
  VALIDATION {
    @Override
    public long stamp(Measurement m) {
      return m.validationCount() > 0 ? m.validationCount() : -1;
    }
  },

  /** Features and labels of minibatches. */
  DATA {
    @Override
    public long stamp(Measurement m) {
      return m.data().minibatches > 0 ? m.data().minibatches : -1;
    }
  };

  /**
   * {@return a number that changes with each measurement of this kind, or -1 before the first}
   *
   * @param m the numbers of an iteration
   */
  public abstract long stamp(Measurement m);
}
