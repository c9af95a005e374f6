package dev.traininghealth.samples.reported;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Keeps the weights with the lowest score of a scene whose minibatch is always the same. */
final class LowestScore {
  private final Scene scene;
  private double lowest = Double.POSITIVE_INFINITY;
  private INDArray best;

  LowestScore(Scene scene) {
    this.scene = scene;
    best = scene.network().params().dup();
  }

  /** The same training, whose error is that of the weights with the lowest score. */
  Scene scene() {
    return new Scene(
        scene.network(),
        scene.iterations(),
        this::next,
        network -> {
          network.setParams(best);
          return scene.error().applyAsDouble(network);
        });
  }

  private DataSet next(int iteration) {
    DataSet minibatch = scene.minibatches().apply(iteration);
    double score = scene.network().score(minibatch);
    if (score < lowest) {
      lowest = score;
      best = scene.network().params().dup();
    }
    return minibatch;
  }
}
