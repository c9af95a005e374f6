package dev.traininghealth.samples.corpus;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.samples.corpus.RunResult.End;
import dev.traininghealth.samples.corpus.RunResult.Outcome;
import dev.traininghealth.samples.corpus.RunResult.Training;
import dev.traininghealth.trial.Trial;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.deeplearning4j.datasets.iterator.AsyncShieldDataSetIterator;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.layers.recurrent.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/** Runs one case: builds its network, trains it as users do, and looks at what came of it. */
final class CaseRunner {
  /** Of a network whose training DL4J could not go on with. */
  private static final Outcome NOTHING = new Outcome(Double.NaN, null, true, 0);

  private final FaultCase faultCase;
  private final CaseData data;

  CaseRunner(FaultCase faultCase, CaseData data) {
    this.faultCase = faultCase;
    this.data = data;
  }

  RunResult run(WatchMode mode, int seed, Limits limits) throws CorpusException {
    MultiLayerNetwork network = CaseNetwork.build(faultCase, seed);
    checkLabels(network);
    checkSteps(network);
    OnsetOracle oracle = new OnsetOracle();
    Training training;
    List<Diagnosis> diagnoses;
    List<Intervention> interventions;
    List<Trial> trials;
    try (TrainingHealthListener health = mode.listener(new InMemoryStatsStorage())) {
      network.setListeners(health);
      if (OnsetOracle.knows(faultCase.problem())) {
        network.addListeners(oracle);
      }
      training = train(network, mode, seed, limits);
      diagnoses = health.diagnoses();
      interventions = health.interventions();
      trials = health.trials();
    }
    network.setListeners();
    OptionalLong onset = oracle.onset(faultCase.problem());
    Outcome outcome = training.end() == End.ERROR ? NOTHING : outcome(network);
    return new RunResult(
        faultCase, mode, seed, training, diagnoses, interventions, trials, onset, outcome);
  }

  private void checkLabels(MultiLayerNetwork network) throws CorpusException {
    long outputs = network.layerSize(network.getnLayers() - 1);
    if (outputs != data.training().outputs()) {
      throw faultCase
          .network()
          .error(
              "its output layer has "
                  + outputs
                  + " units, its labels have "
                  + data.training().outputs()
                  + " columns");
    }
  }

  private void checkSteps(MultiLayerNetwork network) throws CorpusException {
    boolean series = network.getOutputLayer() instanceof RnnOutputLayer;
    if (series != data.training().labelsAreSeries()) {
      throw faultCase
          .network()
          .error(
              series
                  ? "its output is a series, its labels have no steps"
                  : "its output has no steps, its labels are a series");
    }
  }

  private Training train(MultiLayerNetwork network, WatchMode mode, int seed, Limits limits) {
    EpochIterator minibatches =
        new EpochIterator(data.training(), faultCase.batch(), limits, seed, System::nanoTime);
    RuntimeException thrown = null;
    try {
      for (int epoch = 0; epoch < faultCase.epochs() && minibatches.nextEpoch(); epoch++) {
        network.fit(new AsyncShieldDataSetIterator(new ExistingDataSetIterator(minibatches)));
      }
    } catch (RuntimeException e) {
      thrown = e;
    }
    double seconds = minibatches.seconds();
    if (thrown == null) {
      return new Training(minibatches.iterations(), seconds, minibatches.end(), null);
    }
    return mode.isStop(thrown)
        ? new Training(minibatches.iterations(), seconds, End.STOPPED, null)
        : new Training(minibatches.iterations(), seconds, End.ERROR, thrown);
  }

  /** Equal for equal parameters, bit by bit. */
  private static long fingerprint(MultiLayerNetwork network) {
    CRC32C checksum = new CRC32C();
    checksum.update(network.params().dup().data().asBytes());
    return checksum.getValue();
  }

  private Outcome outcome(MultiLayerNetwork network) throws CorpusException {
    Evaluation evaluation = new Evaluation(network);
    try {
      return new Outcome(
          evaluation.score(data.training()),
          faultCase.accuracy() ? evaluation.accuracy(data.test()) : null,
          Double.isFinite(network.params().norm2Number().doubleValue()),
          fingerprint(network));
    } catch (RuntimeException e) {
      throw faultCase.network().error("what it has learned cannot be evaluated: " + e);
    }
  }
}
