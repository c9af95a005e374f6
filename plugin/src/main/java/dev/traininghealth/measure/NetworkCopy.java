package dev.traininghealth.measure;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network with the parameters and the updater's state of another. The random generator is left
 * alone. A graph's copy shares the live graph's very list of listeners: neither train it nor give
 * it others.
 */
public final class NetworkCopy {
  private NetworkCopy() {}

  /**
   * Copies a network; to be called outside of workspaces.
   *
   * @param model a MultiLayerNetwork or a ComputationGraph
   * @return its copy
   */
  public static Model of(Model model) {
    return model instanceof MultiLayerNetwork net
        ? net.clone()
        : ((ComputationGraph) model).clone();
  }

  /**
   * Gives the memory of a copy's large arrays back at once: outside of the Java heap, the garbage
   * collector does not see how much it is. DL4J's own {@code close()} would destroy the live
   * network's workspaces, too.
   *
   * @param copy not to be used any more
   */
  public static void release(Model copy) {
    INDArray state =
        copy instanceof MultiLayerNetwork net
            ? net.getUpdater().getStateViewArray()
            : ((ComputationGraph) copy).getUpdater().getStateViewArray();
    release(state);
    release(copy.getGradientsViewArray());
    release(copy.params());
  }

  private static void release(@Nullable INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }
}
