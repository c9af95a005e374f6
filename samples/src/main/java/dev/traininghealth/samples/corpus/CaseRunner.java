package dev.traininghealth.samples.corpus;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.samples.corpus.RunResult.Training;
import dev.traininghealth.trial.Trial;
import java.util.List;
import java.util.OptionalLong;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Runs one case with a listener, and collects the diagnoses and the result of the training. */
final class CaseRunner {
  private final FaultCase faultCase;
  private final CaseData data;
  private final boolean validated;

  /**
   * Creates a runner of one case.
   *
   * @param validated whether the listener scores the test examples after each epoch
   */
  CaseRunner(FaultCase faultCase, CaseData data, boolean validated) {
    this.faultCase = faultCase;
    this.data = data;
    this.validated = validated;
  }

  /** The time of the trials so far, which does not count against the limit of a run. */
  private static long trialNanos(TrainingHealthListener health) {
    return (long) (1e6 * health.trials().stream().mapToDouble(Trial::millis).sum());
  }

  RunResult run(WatchMode mode, int seed, Limits limits) throws CorpusException {
    CaseTraining run = new CaseTraining(faultCase, data, seed);
    MultiLayerNetwork network = run.network();
    OnsetOracle oracle = new OnsetOracle();
    DivergenceOracle divergence = new DivergenceOracle();
    Training training;
    List<Diagnosis> diagnoses;
    List<Intervention> interventions;
    List<Trial> trials;
    DataSetIterator validation = validated ? data.test().inOrder(Evaluation.TOGETHER) : null;
    try (TrainingHealthListener health = mode.listener(new InMemoryStatsStorage(), validation)) {
      network.setListeners(health, divergence);
      if (OnsetOracle.knows(faultCase.problem())) {
        network.addListeners(oracle);
      }
      training = run.train(limits, () -> System.nanoTime() - trialNanos(health), mode::isStop);
      diagnoses = health.diagnoses();
      interventions = health.interventions();
      trials = health.trials();
    }
    network.setListeners();
    OptionalLong onset = oracle.onset(faultCase.problem());
    return new RunResult(
        faultCase,
        mode,
        seed,
        training,
        diagnoses,
        interventions,
        trials,
        onset,
        Lead.of(divergence.divergence(), diagnoses),
        run.outcome(training));
  }
}
