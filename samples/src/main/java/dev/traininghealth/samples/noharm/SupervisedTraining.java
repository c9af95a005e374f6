package dev.traininghealth.samples.noharm;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.datasets.iterator.AsyncShieldDataSetIterator;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Fits one network to minibatches, one after another.
 *
 * @param network the network to train
 * @param iterations number of iterations
 * @param minibatches the minibatch of each iteration, called in order from 0
 * @param result the measure of the trained network
 */
record SupervisedTraining(
    MultiLayerNetwork network,
    int iterations,
    IntFunction<DataSet> minibatches,
    ToDoubleFunction<MultiLayerNetwork> result)
    implements Training {

  @Override
  public List<MultiLayerNetwork> networks() {
    return List.of(network);
  }

  @Override
  public void train() {
    network.fit(new AsyncShieldDataSetIterator(new ExistingDataSetIterator(new Minibatches())));
  }

  @Override
  public double measure() {
    return result.applyAsDouble(network);
  }

  private final class Minibatches implements Iterator<DataSet> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < iterations;
    }

    @Override
    public DataSet next() {
      if (!hasNext()) {
        throw new NoSuchElementException("All " + iterations + " minibatches have been given out");
      }
      return minibatches.apply(next++);
    }
  }
}
