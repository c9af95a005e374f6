package dev.traininghealth.measure;

import dev.traininghealth.array.OffHeapMemory;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
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
   * Frees the memory of a copy's large arrays at once. DL4J's own {@code close()} would destroy the
   * live network's workspaces, too.
   *
   * @param copy not to be used any more
   */
  public static void release(Model copy) {
    INDArray state =
        copy instanceof MultiLayerNetwork net
            ? net.getUpdater().getStateViewArray()
            : ((ComputationGraph) copy).getUpdater().getStateViewArray();
    OffHeapMemory.release(state);
    OffHeapMemory.release(copy.getGradientsViewArray());
    OffHeapMemory.release(copy.params());
  }
}
