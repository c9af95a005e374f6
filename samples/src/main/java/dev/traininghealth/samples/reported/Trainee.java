package dev.traininghealth.samples.reported;

import dev.traininghealth.TrainingHealthListenerBuilder;
import org.deeplearning4j.nn.api.Model;

/** A network before training, how it is trained, and how its error is measured. */
interface Trainee {
  /** {@return the network that the listener is set on} */
  Model network();

  /** Trains the network to the end. */
  void train();

  /** {@return the error of the network as it is; infinite if the network gives NaN} */
  double result();

  /** Sets what a listener of this training needs, for instance data for validation. */
  default void configure(TrainingHealthListenerBuilder listener) {}
}
