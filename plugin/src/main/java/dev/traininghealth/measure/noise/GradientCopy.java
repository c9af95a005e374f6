package dev.traininghealth.measure.noise;

import dev.traininghealth.array.MemoryCopy;
import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A copy of a network that computes gradients and never steps. It is created from an existing
 * configuration, because building a new one seeds DL4J's generator, and has neither updater state
 * nor listeners. Gradients are those of training, with dropout, which draws from the thread's
 * random generator; the caller restores its state.
 *
 * @hidden
 */
public final class GradientCopy {
  /** Arrays with the length of the parameters: these, a gradient, a half's and the sum of all. */
  private static final int ARRAYS = 4;

  private static final LayerWorkspaceMgr DETACHED = LayerWorkspaceMgr.noWorkspaces();

  private final Network copy;
  private final INDArray parameters;
  private final INDArray gradient;
  private final INDArray half;
  private final INDArray sum;

  private GradientCopy(Network copy, INDArray parameters) {
    this.copy = copy;
    this.parameters = parameters;
    copy.prepareGradient();
    gradient = copy.model().getGradientsViewArray();
    half = MemoryCopy.like(gradient);
    sum = MemoryCopy.like(gradient);
  }

  /**
   * {@return the memory that a copy takes, bytes}
   *
   * @param parameterBytes that of the network's parameters
   */
  public static long bytes(long parameterBytes) {
    return ARRAYS * parameterBytes;
  }

  /**
   * Copies a network; call it outside of workspaces.
   *
   * @param live is only read
   * @return the copy with the network's parameters of now
   */
  public static GradientCopy of(Network live) {
    INDArray parameters = live.model().params().dup();
    Model model =
        live.byKind(net -> ofLayers(net, parameters), graph -> ofGraph(graph, parameters));
    return new GradientCopy(Network.of(model), parameters);
  }

  private static Model ofLayers(MultiLayerNetwork live, INDArray parameters) {
    MultiLayerNetwork net = new MultiLayerNetwork(live.getLayerWiseConfigurations().clone());
    net.init(parameters, false);
    return net;
  }

  private static Model ofGraph(ComputationGraph live, INDArray parameters) {
    ComputationGraph graph = new ComputationGraph(live.getConfiguration().clone());
    graph.init(parameters, false);
    return graph;
  }

  /**
   * Takes the parameters of the network and forgets all gradients.
   *
   * @param live the copied network
   */
  public void begin(Network live) {
    MemoryCopy.copy(live.model().params(), parameters);
    copy.setCounts(live.iterationCount(), live.epochCount());
    sum.assign(0);
  }

  /**
   * Measures the gradient of a minibatch.
   *
   * @param halves its examples
   * @param estimate receives the result
   */
  public void measure(MinibatchHalves halves, NoiseEstimate estimate) {
    compute(halves.first());
    MemoryCopy.copy(gradient, half);
    compute(halves.second());
    double inHalf = halves.first().examples();
    double first = product(half, half);
    double second = product(gradient, gradient);
    double both = product(half, gradient);
    half.addi(gradient);
    double withEarlier = product(sum, half);
    sum.addi(half);
    double squaredCount = 4 * inHalf * inHalf; // DL4J's gradients are sums over examples
    estimate.add(
        (first + second - 2 * both) / (inHalf * inHalf),
        (first + second + 2 * both) / squaredCount,
        withEarlier / squaredCount);
  }

  private void compute(Minibatch minibatch) {
    copy.setMinibatch(minibatch);
    copy.model().computeGradientAndScore(DETACHED);
  }

  private static double product(INDArray one, INDArray other) {
    return Nd4j.getBlasWrapper().dot(one, other);
  }

  /** Drops the references to the latest minibatch. */
  public void clear() {
    copy.model().clear();
  }

  /** Frees the memory; the copy must not be used any more. */
  public void release() {
    OffHeapMemory.release(half);
    OffHeapMemory.release(sum);
    OffHeapMemory.release(gradient);
    OffHeapMemory.release(parameters);
  }
}
