package dev.traininghealth.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.NetworkBits;
import java.lang.ref.WeakReference;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ConfigurationJsonTest {
  private static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(0.75))
        .biasUpdater(new Adam(0.875));
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerConfiguration layers() {
    return builder()
        .list()
        .layer(new DenseLayer.Builder().nIn(3).nOut(3).build())
        .layer(new Bidirectional(new LSTM.Builder().nOut(4).build()))
        .layer(new SelfAttentionLayer.Builder().nOut(4).nHeads(1).projectInput(true).build())
        .layer(new LastTimeStep(new LSTM.Builder().nOut(4).build()))
        .layer(output())
        .setInputType(InputType.recurrent(3, 5))
        .build();
  }

  private static ComputationGraphConfiguration graph() {
    return builder()
        .graphBuilder()
        .addInputs("in")
        .addLayer("lstm", new LSTM.Builder().nIn(3).nOut(3).build(), "in")
        .addVertex(
            "attention",
            new AttentionVertex.Builder()
                .nInKeys(3)
                .nInQueries(3)
                .nInValues(3)
                .nOut(4)
                .nHeads(1)
                .projectInput(true)
                .build(),
            "lstm",
            "lstm",
            "lstm")
        .addLayer("pool", new GlobalPoolingLayer.Builder().build(), "attention")
        .addLayer("out", output(), "pool")
        .setInputTypes(InputType.recurrent(3, 5))
        .setOutputs("out")
        .build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldKeepTheRatesOfEveryKindOfLayerAsTheyWere(boolean asGraph) {
    MultiLayerConfiguration layers = layers();
    ComputationGraphConfiguration graph = graph();
    Supplier<String> now = asGraph ? graph::toJson : layers::toJson;
    String before = now.get();
    Supplier<String> later = asGraph ? ConfigurationJson.of(graph) : ConfigurationJson.of(layers);
    layers.getConfs().forEach(each -> change(each.getLayer()));
    for (GraphVertex vertex : graph.getVertices().values()) {
      if (vertex instanceof LayerVertex layer) {
        change(layer.getLayerConf().getLayer());
      }
    }
    assertThat(now.get()).contains("0.125", "0.0625");
    assertThat(later.get()).isEqualTo(before);
  }

  private static void change(@Nullable Layer layer) {
    if (layer instanceof BaseWrapperLayer wrapper) {
      change(wrapper.getUnderlying());
    } else if (layer instanceof Bidirectional both) {
      change(both.getFwd());
      change(both.getBwd());
    } else if (layer instanceof AbstractSameDiffLayer own) {
      own.getUpdater().setLrAndSchedule(0.125, null);
      own.getBiasUpdater().setLrAndSchedule(0.0625, null);
    } else if (layer instanceof BaseLayer own) {
      own.getIUpdater().setLrAndSchedule(0.125, null);
      own.getBiasUpdater().setLrAndSchedule(0.0625, null);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNotKeepTheNetworkInMemory(boolean asGraph) throws InterruptedException {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(4).build())
                .layer(new OCNNOutputLayer.Builder().nIn(4).hiddenLayerSize(3).build())
                .build());
    net.init();
    ComputationGraph graph = asGraph ? NetworkBits.graph(net) : null;
    WeakReference<Object> model = new WeakReference<>(graph == null ? net : graph);
    String before = net.getLayerWiseConfigurations().toJson();
    Supplier<String> later =
        graph == null
            ? ConfigurationJson.of(net.getLayerWiseConfigurations())
            : ConfigurationJson.of(graph.getConfiguration());
    net = null;
    graph = null;
    for (int i = 0; i < 50 && model.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(model.get()).isNull();
    assertThat(later.get()).contains("OCNNOutputLayer");
    if (!asGraph) {
      assertThat(later.get()).isEqualTo(before);
    }
  }

  @Test
  void shouldWriteAConfigurationThatCannotBeCopied() {
    MultiLayerConfiguration layers =
        new NeuralNetConfiguration.Builder()
            .updater(new Uncopied())
            .list()
            .layer(new DenseLayer.Builder().nIn(3).nOut(3).build())
            .build();
    Layer layer = layers.getConf(0).getLayer();
    ((Uncopied) ((BaseLayer) layer).getIUpdater()).refuses = true;
    assertThat(ConfigurationJson.of(layers).get()).isEqualTo(layers.toJson()).contains("Uncopied");
  }

  /** An updater of the user's whose copy fails. */
  static final class Uncopied extends Sgd {
    private static final long serialVersionUID = 1L;

    transient boolean refuses;

    Uncopied() {
      super(0.25);
    }

    @Override
    public Sgd clone() {
      if (refuses) {
        throw new UnsupportedOperationException("no copies");
      }
      return new Uncopied(); // DL4J copies it for each layer
    }
  }
}
