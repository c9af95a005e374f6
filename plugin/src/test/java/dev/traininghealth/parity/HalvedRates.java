package dev.traininghealth.parity;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/** Halves all learning rates after an iteration, as a user would. */
final class HalvedRates extends BaseTrainingListener {
  private static final int MAX_ITERATION = 40;

  private final int after;

  HalvedRates(int after) {
    this.after = after;
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    if (iteration == after) {
      for (IUpdater updater : Recorded.updaters(model)) {
        if (updater.hasLearningRate()) {
          updater.setLrAndSchedule(Double.NaN, new Half(updater));
        }
      }
    }
  }

  /** Half of the rates that an updater had. */
  private static final class Half implements ISchedule {
    private static final long serialVersionUID = 1L;

    private final double[][] rates = new double[MAX_ITERATION][3];

    Half(IUpdater updater) {
      for (int iteration = 0; iteration < MAX_ITERATION; iteration++) {
        for (int epoch = 0; epoch < rates[iteration].length; epoch++) {
          rates[iteration][epoch] = 0.5 * updater.getLearningRate(iteration, epoch);
        }
      }
    }

    @Override
    public double valueAt(int iteration, int epoch) {
      return rates[iteration][epoch];
    }

    @Override
    public ISchedule clone() {
      return this;
    }
  }
}
