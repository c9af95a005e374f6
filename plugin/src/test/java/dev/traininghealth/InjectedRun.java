package dev.traininghealth;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;

/** An observed healthy run, into which a test may inject a problem. */
public final class InjectedRun {
  /** A cost budget with which weights are measured at every tenth iteration: 59, 69, 79, … */
  public static final double THRIFTY = 1e-9;

  /** A cost budget with which weights are measured at every iteration. */
  public static final double LAVISH = 1;

  /**
   * Healthy iterations before the problem. Weights have then just been measured; with the small
   * budget, the next measurement follows at the latest possible iteration.
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
        TrainingHealthListener.builder(new InMemoryStatsStorage()).costBudget(costBudget));
  }

  /** Creates a run whose time-dependent decisions are the same each time. */
  public InjectedRun(
      LearningNetwork kind, IUpdater updater, TrainingHealthListenerBuilder builder) {
    this(kind, updater, builder, new IterationClock());
  }

  private InjectedRun(
      LearningNetwork kind,
      IUpdater updater,
      TrainingHealthListenerBuilder builder,
      IterationClock clock) {
    this(kind, updater, clock.build(builder));
    net.addListeners(clock);
  }

  public InjectedRun(LearningNetwork kind, IUpdater updater, TrainingHealthListener listener) {
    this.kind = kind;
    this.listener = listener;
    net = kind.create(updater);
    net.setListeners(listener);
  }

  /** Trains until the network has this number of iterations. */
  public InjectedRun until(int iterations) {
    while (net.getIterationCount() < iterations) {
      net.fit(next());
    }
    return this;
  }

  /** {@return the next minibatch} */
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
