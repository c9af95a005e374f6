package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.MeasurementWriter;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** How the activations of a graph find their layers. */
final class GraphActivationsTest {
  private static final int LAYERS = 30;

  /** Counts how often its name is asked for. */
  private static final class NamedLayer extends ActivationLayer {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger ASKED = new AtomicInteger();

    NamedLayer() {
      super(Activation.TANH);
    }

    @Override
    public String getLayerName() {
      ASKED.incrementAndGet();
      return super.getLayerName();
    }
  }

  @Test
  void shouldFindTheLayerOfAVertexWithoutSearchingAllLayers() {
    GraphBuilder builder = new NeuralNetConfiguration.Builder().graphBuilder().addInputs("in");
    String before = "in";
    for (int i = 0; i < LAYERS; i++) {
      builder.addLayer("act" + i, new NamedLayer(), before);
      before = "act" + i;
    }
    builder
        .addLayer(
            "out",
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(2)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build(),
            before)
        .setOutputs("out");
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    graph.fit(new DataSet(Nd4j.rand(4, 2), Nd4j.rand(4, 1)));
    ArrayBinding binding = ArrayBinding.ofBackend();
    Network network = Network.of(graph);
    ParameterTable table = ParameterTable.of(network, binding);
    MeasurementWriter measurement =
        new MeasurementWriter(LAYERS + 1, table.layout().parameters().size());
    ScheduledMeasures measures =
        new ScheduledMeasures(
            new CostAccount(1, () -> 0), new MemoryBudget(0), network, table, binding, measurement);

    Map<String, INDArray> activations = graph.feedForward(Nd4j.rand(4, 2), false);
    NamedLayer.ASKED.set(0);
    measures.activations(activations);

    assertThat(NamedLayer.ASKED.get()).isZero();
    assertThat(table.layerNamed("act17")).isEqualTo(17);
    assertThat(table.layerNamed("out")).isEqualTo(LAYERS);
    assertThat(table.layerNamed("in")).isEqualTo(-1);
  }
}
