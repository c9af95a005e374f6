package dev.traininghealth.run;

import dev.traininghealth.network.Network;
import java.io.Serial;
import java.io.Serializable;
import org.deeplearning4j.nn.api.Model;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs, once for each kind, that a training cannot be watched: DL4J pretrains single layers, of
 * which a listener sees no network, and calls no listener at the update of a hand-written loop.
 */
final class UnwatchedTraining implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private static final Logger log = LoggerFactory.getLogger(UnwatchedTraining.class);

  /**
   * Backward passes without an iteration after which the loop is the user's. A line search makes
   * fewer, and also one iteration.
   */
  private static final int MAX_PASSES = 100;

  private transient boolean loggedPretraining;
  private transient boolean loggedLoop;
  private transient int passes;

  /** Called for a model without a run. */
  void onOtherModel(Model model) {
    if (!loggedPretraining && !Network.isSupported(model)) {
      loggedPretraining = true;
      log.warn(
          "Layer-wise pretraining is neither watched nor protected: DL4J calls the listener with a"
              + " single layer, here {}. Check the network's parameters for NaN before fit.",
          model.getClass().getSimpleName());
    }
  }

  /** Called at a backward pass of a network. */
  void onBackwardPass() {
    if (!loggedLoop && ++passes > MAX_PASSES) {
      loggedLoop = true;
      log.warn(
          "{} backward passes and no iteration: a loop that applies gradients itself is neither"
              + " watched nor protected, because DL4J calls no listener at its updates. Use fit.",
          MAX_PASSES);
    }
  }

  /** Called at a gradient, of which an iteration follows. */
  void onGradient() {
    passes = 0;
  }
}
