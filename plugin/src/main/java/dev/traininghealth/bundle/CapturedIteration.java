package dev.traininghealth.bundle;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.network.GeneratorState;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import java.util.List;
import org.deeplearning4j.nn.api.Model;

/**
 * A failing iteration, copied so that it can be run again.
 *
 * @param network a copy with its updater's state
 * @param minibatch what it was being trained on, with the recurrent state of before
 * @param generator the random generator's state before the forward pass, if it is known
 * @param iteration as DL4J counts it, from 0
 * @param epoch as DL4J counts it, from 0
 * @param updated whether the network is that of after the step, since nothing showed before
 * @param diagnoses what was found, the first first
 */
record CapturedIteration(
    Network network,
    Minibatch minibatch,
    GeneratorState generator,
    long iteration,
    int epoch,
    boolean updated,
    List<Diagnosis> diagnoses) {

  /** Copies what is needed; outside of workspaces, by the thread that trains. */
  static CapturedIteration of(
      Model model,
      Minibatch minibatch,
      GeneratorState generator,
      boolean updated,
      List<Diagnosis> diagnoses) {
    Diagnosis first = diagnoses.get(0);
    return new CapturedIteration(
        Network.of(model).copy(),
        minibatch.copy(),
        generator.copy(),
        first.iteration(),
        first.epoch(),
        updated,
        List.copyOf(diagnoses));
  }

  /** Frees the memory of the copies, which are not to be used any more. */
  void release() {
    network.release();
    minibatch.release();
  }
}
