package dev.traininghealth;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;

/** A training that is watched, goes well, and may have something done to it on the way. */
public final class InjectedRun {
  /** With so little to spend, weights are measured at every tenth iteration: 59, 69, 79, … */
  public static final double THRIFTY = 1e-9;

  /** With so much to spend, weights are measured at every iteration. */
  public static final double LAVISH = 1;

  /**
   * Iterations that go well before the fault. Then weights have just been measured, and will be
   * last of all in nine iterations if there is little to spend.
   */
  public static final int HEALTHY = 60;

  public final MultiLayerNetwork net;
  public final TrainingHealthListener listener;
  private final LearningNetwork kind;
  private int batches;

  public InjectedRun(LearningNetwork kind, IUpdater updater, double costBudget) {
    this(
        kind,
        updater,
        TrainingHealthListener.builder(new InMemoryStatsStorage()).costBudget(costBudget).build());
  }

  public InjectedRun(LearningNetwork kind, IUpdater updater, TrainingHealthListener listener) {
    this.kind = kind;
    this.listener = listener;
    net = kind.create(updater);
    net.setListeners(listener);
  }

  /** Trains until so many iterations are done. */
  public InjectedRun until(int iterations) {
    while (net.getIterationCount() < iterations) {
      net.fit(next());
    }
    return this;
  }

  /** The minibatch whose turn it is. */
  public DataSet next() {
    return kind.batch(batches++);
  }

  public List<Diagnosis> alarms() {
    return listener.diagnoses().stream().filter(Diagnosis::isAlarm).toList();
  }

  public List<Diagnosis> alarms(ProblemFamily family) {
    return alarms().stream().filter(d -> d.problem().is(family)).toList();
  }
}
