package dev.traininghealth.parity;

import dev.traininghealth.NetworkBits;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Gives every iteration random draws of its own, so that a step that is left out changes none of
 * the later ones. It may also leave out numbers when iterations are counted.
 */
final class Seeds extends BaseTrainingListener {
  private final Collection<Integer> leftOut;

  /**
   * @param leftOut numbers of iterations that are never reached
   */
  Seeds(Collection<Integer> leftOut) {
    this.leftOut = List.copyOf(leftOut);
    seed(0);
  }

  private static void seed(int iteration) {
    Nd4j.getRandom().setSeed(1_000 + iteration);
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    int next = iteration + 1;
    if (leftOut.contains(next)) {
      NetworkBits.setIterationCount(model, next); // DL4J adds 1
      next++;
    }
    seed(next);
  }
}
