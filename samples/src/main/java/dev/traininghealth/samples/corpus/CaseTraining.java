package dev.traininghealth.samples.corpus;

import dev.traininghealth.samples.corpus.RunResult.End;
import dev.traininghealth.samples.corpus.RunResult.Outcome;
import dev.traininghealth.samples.corpus.RunResult.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.deeplearning4j.datasets.iterator.AsyncShieldDataSetIterator;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.layers.recurrent.RnnLossLayer;
import org.deeplearning4j.nn.layers.recurrent.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/** A case's network, which is trained once, as users do, and evaluated afterwards. */
final class CaseTraining {
  /** The outcome if DL4J ended the training with an exception. */
  private static final Outcome NOTHING = new Outcome(Double.NaN, null, true, 0);

  private final FaultCase faultCase;
  private final CaseData data;
  private final int seed;
  private final MultiLayerNetwork network;

  /**
   * Builds the network.
   *
   * @param seed of all random numbers in it, and of the order of the examples
   * @throws CorpusException if it cannot be built, or does not fit the labels
   */
  CaseTraining(FaultCase faultCase, CaseData data, int seed) throws CorpusException {
    this.faultCase = faultCase;
    this.data = data;
    this.seed = seed;
    network = CaseNetwork.build(faultCase, seed);
    checkLabels();
    checkSteps();
  }

  /** The network, without listeners unless the caller sets them. */
  MultiLayerNetwork network() {
    return network;
  }

  private void checkLabels() throws CorpusException {
    long outputs = Losses.isSparse(faultCase) ? 1 : outputs();
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

  /** Number of outputs, which a loss layer does not know. */
  private long outputs() {
    return network.getOutputLayer().conf().getLayer() instanceof BaseOutputLayer
        ? network.layerSize(network.getnLayers() - 1)
        : network.output(data.training().minibatch(0).getFeatures(), false).size(1);
  }

  private void checkSteps() throws CorpusException {
    boolean series =
        network.getOutputLayer() instanceof RnnOutputLayer
            || network.getOutputLayer() instanceof RnnLossLayer;
    if (series != data.training().labelsAreSeries()) {
      throw faultCase
          .network()
          .error(
              series
                  ? "its output is a series, its labels have no steps"
                  : "its output has no steps, its labels are a series");
    }
  }

  /** The minibatches of the first epoch, in a list. */
  List<DataSet> firstEpoch() {
    List<DataSet> minibatches = new ArrayList<>();
    EpochIterator epoch =
        new EpochIterator(
            data.training(),
            faultCase.batch(),
            new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE),
            faultCase.feeding().shuffled() ? new Random(seed) : null,
            System::nanoTime);
    epoch.nextEpoch();
    epoch.forEachRemaining(minibatches::add);
    return minibatches;
  }

  /**
   * Trains the network from iteration 0.
   *
   * @param nanos the clock of the limit on seconds
   * @param isStop whether a listener stopped the training by this exception
   */
  Training train(Limits limits, LongSupplier nanos, Predicate<RuntimeException> isStop) {
    EpochIterator minibatches =
        new EpochIterator(
            data.training(),
            faultCase.batch(),
            limits,
            faultCase.feeding().shuffled() ? new Random(seed) : null,
            nanos);
    RuntimeException thrown = null;
    try {
      for (int epoch = 0; epoch < faultCase.epochs() && minibatches.nextEpoch(); epoch++) {
        if (faultCase.feeding().minibatches()) {
          minibatches.forEachRemaining(network::fit);
        } else {
          network.fit(new AsyncShieldDataSetIterator(new ExistingDataSetIterator(minibatches)));
        }
      }
    } catch (RuntimeException e) {
      thrown = e;
    }
    double seconds = minibatches.seconds();
    if (thrown == null) {
      return new Training(minibatches.iterations(), seconds, minibatches.end(), null);
    }
    return isStop.test(thrown)
        ? new Training(minibatches.iterations(), seconds, End.STOPPED, null)
        : new Training(minibatches.iterations(), seconds, End.ERROR, thrown);
  }

  /** The outcome of that training; {@link #NOTHING} if DL4J ended it. */
  Outcome outcome(Training training) throws CorpusException {
    if (training.end() == End.ERROR) {
      return NOTHING;
    }
    Evaluation evaluation = new Evaluation(network);
    try {
      return new Outcome(
          evaluation.score(data.training().withoutNaN()),
          faultCase.accuracy() ? evaluation.accuracy(data.test()) : null,
          Double.isFinite(network.params().norm2Number().doubleValue()),
          fingerprint());
    } catch (RuntimeException e) {
      throw faultCase.network().error("what it has learned cannot be evaluated: " + e);
    }
  }

  /** A checksum, equal for bit-identical parameters. */
  private long fingerprint() {
    CRC32C checksum = new CRC32C();
    checksum.update(network.params().dup().data().asBytes());
    return checksum.getValue();
  }
}
