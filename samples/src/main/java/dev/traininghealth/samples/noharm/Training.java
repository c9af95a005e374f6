package dev.traininghealth.samples.noharm;

import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** One training run that has not begun: its networks, and how they are trained and measured. */
interface Training {
  /** The networks that are trained, each with a listener of its own where the run is protected. */
  List<MultiLayerNetwork> networks();

  /**
   * Trains to the end, as a user's program would: what a listener throws leaves this method.
   *
   * @throws dev.traininghealth.intervene.TrainingStoppedException if protection ends the run
   */
  void train();

  /** Returns what {@link Setup#measure} names, from the networks as they are now. */
  double measure();

  /** Data that a listener validates on at the end of each epoch, or null for none. */
  default @Nullable DataSetIterator validation() {
    return null;
  }
}
