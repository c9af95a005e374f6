package dev.traininghealth.samples.noharm;

import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Fits one network in epochs to a training set, with validation at the end of each.
 *
 * @param network the network to train
 * @param training examples, in minibatches of 32
 * @param validationSet examples for validation and for the measure
 */
record EpochTraining(MultiLayerNetwork network, DataSet training, DataSet validationSet)
    implements Training {
  private static final int EPOCHS = 60;
  private static final int MINIBATCH = 32;
  private static final int VALIDATION_MINIBATCH = 500;

  @Override
  public List<MultiLayerNetwork> networks() {
    return List.of(network);
  }

  @Override
  public void train() {
    network.fit(new ListDataSetIterator<>(training.asList(), MINIBATCH), EPOCHS);
  }

  @Override
  public double measure() {
    return Results.accuracy(network, validationSet);
  }

  @Override
  public DataSetIterator validation() {
    return new ListDataSetIterator<>(validationSet.asList(), VALIDATION_MINIBATCH);
  }
}
