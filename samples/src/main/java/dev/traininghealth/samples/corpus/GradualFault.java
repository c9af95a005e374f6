package dev.traininghealth.samples.corpus;

import java.util.Locale;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * A fault that makes a healthy run diverge gradually: nothing happens before iteration {@value
 * #START}, and later all becomes a little worse at each iteration.
 */
enum GradualFault {
  /** A schedule that raises the learning rate, by 1 % at each iteration. */
  RISING_RATE {
    @Override
    boolean apply(MultiLayerNetwork network) {
      Double rate = network.getLearningRate(0);
      if (rate == null) {
        return false; // the updater has none
      }
      network.setLearningRate(new RisingRate(rate));
      return true;
    }
  },
  /**
   * A weight decay of the wrong sign, which makes all parameters 0.3 % larger at each iteration.
   */
  GROWING_WEIGHTS {
    @Override
    boolean apply(MultiLayerNetwork network) {
      network.addListeners(new GrowingWeights());
      return true;
    }
  };

  /** First iteration of the fault, by which the runs have learned something. */
  static final int START = 200;

  private static final double RATE_FACTOR = 1.01;
  private static final double WEIGHT_FACTOR = 1.003;

  /** Applies the fault to a network before it is trained; false if that is not possible. */
  abstract boolean apply(MultiLayerNetwork network);

  /** The name in tables and in the JSON. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  private record RisingRate(double rate) implements ISchedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double valueAt(int iteration, int epoch) {
      return rate * Math.pow(RATE_FACTOR, Math.max(0, iteration - START));
    }

    @Override
    @SuppressWarnings("MissingSuperCall") // it is immutable
    public ISchedule clone() {
      return this;
    }
  }

  private static final class GrowingWeights extends BaseTrainingListener {
    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      if (iteration >= START) {
        model.params().muli(WEIGHT_FACTOR);
      }
    }
  }
}
