package dev.traininghealth.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.numbers.NetworkLayout;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

class LayerDescriptionTest {
  private static final InputType COLUMNS = InputType.feedForward(4);

  /** What a user writes: no {@code toString()}, and a derivative. */
  private static final class Doubling extends BaseActivationFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
      return in.muli(2);
    }

    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
      return Pair.of(epsilon.mul(2), null);
    }
  }

  private static final class OwnLoss extends LossMCXENT {
    private static final long serialVersionUID = 1L;
  }

  private static NetworkLayout.Layer described(InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(list.setInputType(input).validateOutputLayerConfig(false).build());
    net.init();
    return LayerDescription.layer(net.getLayer(layers.length - 1), 0, 0, 0, 0);
  }

  private static OutputLayer.Builder output() {
    return new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).activation(Activation.SOFTMAX);
  }

  /** They inherit DL4J's default, sigmoid, which they never apply. */
  @Test
  void shouldNameNoActivationOfLayersThatApplyNone() {
    for (Layer layer :
        List.of(new BatchNormalization(), new PReLULayer.Builder().inputShape(4).build())) {
      assertThat(described(COLUMNS, layer).activation()).isEmpty();
    }
    Layer dense = new DenseLayer.Builder().nOut(3).build();
    assertThat(described(COLUMNS, dense).activation()).isEqualTo("sigmoid");
  }

  @Test
  void shouldNameAFunctionOfTheUsersByItsClass() {
    Layer layer = new DenseLayer.Builder().nOut(3).activation(new Doubling()).build();
    NetworkLayout.Layer described = described(COLUMNS, layer);
    assertThat(described.activation()).isEqualTo("Doubling");
    assertThat(described.configuration().userDerivative()).isEqualTo("Doubling");
  }

  @Test
  void shouldKnowWhoseDerivativeALossHas() {
    assertThat(described(COLUMNS, output().build()).configuration().userDerivative()).isEmpty();
    assertThat(
            described(COLUMNS, output().lossFunction(new OwnLoss()).build())
                .configuration()
                .userDerivative())
        .isEqualTo("OwnLoss");
  }

  @Test
  void shouldKnowWhatIsOfDl4j() {
    for (Activation activation : Activation.values()) {
      assertThat(LayerDescription.isOfDl4j(activation.getActivationFunction().getClass().getName()))
          .as("%s", activation)
          .isTrue();
    }
    for (LossFunction loss : LossFunction.values()) {
      assertThat(LayerDescription.isOfDl4j(loss.getILossFunction().getClass().getName()))
          .as("%s", loss)
          .isTrue();
    }
    assertThat(LayerDescription.isOfDl4j(DenseLayer.class.getName())).isTrue();
    assertThat(LayerDescription.isOfDl4j("org.deeplearning4j.examples.CustomActivation"))
        .as("a copy of an example")
        .isFalse();
    assertThat(LayerDescription.isOfDl4j("com.example.CustomActivation")).isFalse();
  }

  @Test
  void shouldKnowALossWithWeights() {
    INDArray weights = Nd4j.ones(1, 3);
    assertThat(described(COLUMNS, output().build()).configuration().weighsLoss()).isFalse();
    for (ILossFunction loss :
        List.of(
            new LossMCXENT(weights),
            new LossBinaryXENT(weights),
            new LossMSE(weights),
            new LossMAE(weights))) {
      Layer layer = output().lossFunction(loss).build();
      assertThat(described(COLUMNS, layer).configuration().weighsLoss())
          .as(loss.toString())
          .isTrue();
    }
  }

  @Test
  void shouldSeeEveryKindOfLossLayerAsAnOutput() {
    Layer series = new RnnLossLayer.Builder(LossFunction.MSE).build();
    Layer image = new CnnLossLayer.Builder(LossFunction.MSE).build();
    assertThat(described(InputType.recurrent(3), series).configuration().loss())
        .isEqualTo("LossMSE");
    assertThat(described(InputType.convolutional(4, 4, 2), image).configuration().loss())
        .isEqualTo("LossMSE");
  }
}
