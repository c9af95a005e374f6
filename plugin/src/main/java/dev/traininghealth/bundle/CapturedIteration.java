package dev.traininghealth.bundle;

import dev.traininghealth.array.MemoryCopy;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.network.GeneratorState;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A failing iteration, copied so that it can be replayed.
 *
 * @param network a copy of the network with the state of its updater
 * @param minibatch the minibatch, with the recurrent state before the iteration
 * @param generator the random generator's state before the forward pass, if known
 * @param iteration DL4J's iteration count, from 0
 * @param epoch DL4J's epoch count, from 0
 * @param afterUpdate whether the network is that after the update, because the problem was not
 *     found before
 * @param diagnoses the diagnoses in the order in which they were found
 */
record CapturedIteration(
    Network network,
    Minibatch minibatch,
    GeneratorState generator,
    long iteration,
    int epoch,
    boolean afterUpdate,
    List<Diagnosis> diagnoses) {

  /** Copies an iteration. Must be called by the training thread, outside of workspaces. */
  static CapturedIteration of(
      Model model,
      Minibatch minibatch,
      GeneratorState generator,
      boolean afterUpdate,
      List<Diagnosis> diagnoses) {
    Diagnosis first = diagnoses.get(0);
    return new CapturedIteration(
        Network.of(model).copy(),
        minibatch.copy(),
        generator.copy(),
        first.iteration(),
        first.epoch(),
        afterUpdate,
        List.copyOf(diagnoses));
  }

  /** {@return the memory that the copies of an iteration take, bytes} */
  static long bytes(Model model, Minibatch minibatch) {
    long bytes = Network.of(model).copyBytes();
    for (INDArray array : minibatch.arrays()) {
      bytes += MemoryCopy.bytes(array);
    }
    return bytes;
  }

  /** Frees the memory of the copies, which must not be used afterwards. */
  void release() {
    network.release();
    minibatch.release();
  }
}
