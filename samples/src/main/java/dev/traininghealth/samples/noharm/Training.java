package dev.traininghealth.samples.noharm;

import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** One training run before its start: its networks, and how they are trained and measured. */
interface Training {
  /** The networks to train, each with its own listener in a protected run. */
  List<MultiLayerNetwork> networks();

  /**
   * Trains to the end, as a user's program would; exceptions of a listener leave this method.
   *
   * @throws dev.traininghealth.intervene.TrainingStoppedException if protection ends the run
   */
  void train();

  /**
   * Returns the measure that {@link Setup#measure} names, of the networks in their present state.
   */
  double measure();

  /** Data on which a listener validates at the end of each epoch, or null for none. */
  default @Nullable DataSetIterator validation() {
    return null;
  }
}
