package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A first step that rewrites the weights is found in layers that are no feed-forward layers. */
class UnusualLayersTest {
  private static final int UNITS = 6;
  private static final int INPUTS = 5;
  private static final int STEPS = 7;

  enum Kind {
    LSTM_ALONE,
    BIDIRECTIONAL,
    LOCALLY_CONNECTED,
    SELF_ATTENTION;

    Layer layer() {
      return switch (this) {
        case LSTM_ALONE -> lstm();
        case BIDIRECTIONAL -> new Bidirectional(lstm());
        case LOCALLY_CONNECTED ->
            new LocallyConnected1D.Builder()
                .kernelSize(2)
                .nIn(INPUTS)
                .nOut(UNITS)
                .setInputSize(STEPS)
                .activation(Activation.TANH)
                .build();
        case SELF_ATTENTION ->
            new SelfAttentionLayer.Builder()
                .nIn(INPUTS)
                .nOut(UNITS)
                .nHeads(2)
                .headSize(3)
                .projectInput(true)
                .build();
      };
    }

    private static LSTM lstm() {
      return new LSTM.Builder().nIn(INPUTS).nOut(UNITS).activation(Activation.TANH).build();
    }
  }

  private static List<Diagnosis> found(Kind kind, double rate) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.FLOAT)
                .updater(new Adam(rate))
                .list()
                .layer(kind.layer())
                .layer(new GlobalPoolingLayer())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .updater(new Adam(1e-3))
                        .activation(Activation.IDENTITY)
                        .nOut(2)
                        .build())
                .setInputType(InputType.recurrent(INPUTS, STEPS))
                .build());
    net.init();
    try (TrainingHealthListener health =
        TrainingHealthListener.observing(new InMemoryStatsStorage())) {
      net.setListeners(health);
      Nd4j.getRandom().setSeed(5);
      for (int i = 0; i < 2; i++) {
        net.fit(
            new DataSet(
                Nd4j.randn(DataType.FLOAT, 8, INPUTS, STEPS), Nd4j.randn(DataType.FLOAT, 8, 2)));
      }
      return health.diagnoses();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldFindAStepThatRewritesALayer(Kind kind) {
    assertThat(found(kind, 10))
        .anySatisfy(
            d -> {
              assertThat(d.problem()).isEqualTo(Problem.LARGE_UPDATES);
              assertThat(d.severity()).isEqualTo(Severity.CRITICAL);
              assertThat(d.layer()).isZero();
              assertThat(d.iteration()).isZero();
            });
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldFindNothingAtAUsualRate(Kind kind) {
    assertThat(found(kind, 1e-3)).filteredOn(Diagnosis::isAlarm).isEmpty();
  }
}
