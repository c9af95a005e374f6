package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Severity;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Trains small networks on unsuitable data, and on the same data without the problem. */
class DataFaultsTest {
  private static final int FEATURES = 4;
  private static final int EXAMPLES = 16;
  private static final int ITERATIONS = 40;

  /** A problem of data, and its healthy twin with the same network and labels. */
  enum Fault {
    CONSTANT_FEATURES("All features are constant") {
      @Override
      INDArray features(INDArray healthy) {
        return healthy.assign(0.5);
      }
    },
    CONSTANT_ZERO_FEATURES("All features are constant") {
      @Override
      INDArray features(INDArray healthy) {
        return healthy.assign(0);
      }
    },
    FEATURES_OF_A_LARGE_SCALE("The features are not normalized") {
      @Override
      INDArray features(INDArray healthy) {
        return healthy.mul(1000);
      }
    },
    FEATURES_OF_A_SMALL_SCALE("The features are not normalized") {
      @Override
      INDArray features(INDArray healthy) {
        return healthy.mul(1e-4);
      }
    },
    CLASS_NUMBERS_FOR_A_SIGMOID("Labels go from 0 to 5, but LossBinaryXENT wants 0 to 1") {
      @Override
      INDArray labels(INDArray healthy) {
        return healthy.mul(5);
      }
    },
    LABELS_BELOW_A_RECTIFIED_TANH(
        "Labels go from -1 to 0, but rectifiedtanh cannot reach that",
        LossFunction.MSE,
        Activation.RECTIFIEDTANH) {
      @Override
      INDArray labels(INDArray healthy) {
        return healthy.neg();
      }
    },
    LABELS_BEYOND_TANH(
        "Labels go from 0 to 3, but tanh cannot reach that", LossFunction.MSE, Activation.TANH) {
      @Override
      INDArray labels(INDArray healthy) {
        return healthy.mul(3);
      }
    },
    LABELS_BEYOND_RELU6(
        "Labels go from 0 to 60, but relu6 cannot reach that", LossFunction.MSE, Activation.RELU6) {
      @Override
      INDArray labels(INDArray healthy) {
        return healthy.mul(60);
      }
    },
    CROSS_ENTROPY_WITHOUT_PROBABILITIES("takes the logarithm of a probability, but") {
      @Override
      Activation faulty() {
        return Activation.TANH;
      }
    },
    DIVERGENCE_WITHOUT_PROBABILITIES(
        "LossKLD takes the logarithm of a probability, but the output activation relu gives none",
        LossFunction.KL_DIVERGENCE,
        Activation.SIGMOID) {
      @Override
      Activation faulty() {
        return Activation.RELU;
      }
    },
    SOFTMAX_OVER_ONE_UNIT("Softmax over a single unit") {
      @Override
      Activation faulty() {
        return Activation.SOFTMAX;
      }
    };

    final String sentence;
    final LossFunction loss;
    final Activation activation;

    Fault(String sentence) {
      this(sentence, LossFunction.XENT, Activation.SIGMOID);
    }

    Fault(String sentence, LossFunction loss, Activation activation) {
      this.sentence = sentence;
      this.loss = loss;
      this.activation = activation;
    }

    INDArray features(INDArray healthy) {
      return healthy;
    }

    INDArray labels(INDArray healthy) {
      return healthy;
    }

    Activation faulty() {
      return activation;
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldFindDataThatDoNotFit(Fault fault) {
    List<Diagnosis> found =
        train(network(fault.loss, fault.faulty()), fault::features, fault::labels);

    assertThat(found)
        .filteredOn(d -> d.problem().is(ProblemFamily.DATA))
        .anySatisfy(d -> assertThat(d.sentence()).contains(fault.sentence))
        .allSatisfy(d -> assertThat(d.remedies()).isNotEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeSilentOfTheHealthyTwin(Fault fault) {
    List<Diagnosis> found =
        train(network(fault.loss, fault.activation), UnaryOperator.identity(), y -> y);

    assertThat(found).filteredOn(d -> d.problem().is(ProblemFamily.DATA)).isEmpty();
  }

  @Test
  void shouldWarnOfConstantFeaturesWithinTheFirstIterations() {
    List<Diagnosis> found =
        train(network(LossFunction.XENT, Activation.SIGMOID), x -> x.assign(1), y -> y);

    assertThat(found)
        .filteredOn(d -> d.problem().is(ProblemFamily.DATA))
        .singleElement()
        .satisfies(d -> assertThat(d.severity()).isEqualTo(Severity.WARNING))
        .satisfies(d -> assertThat(d.iteration()).isLessThan(10));
  }

  /** Users often train a single example to see whether a network can learn at all. */
  @Test
  void shouldNotTakeOneExampleThatIsTrainedAgainAndAgainForConstantFeatures() {
    List<Diagnosis> found =
        train(network(LossFunction.XENT, Activation.SIGMOID), x -> x.assign(0.5), y -> y.assign(1));

    assertThat(found).filteredOn(d -> d.problem().is(ProblemFamily.DATA)).isEmpty();
  }

  /** Only one of the inputs is read; the examples may differ in the others. */
  @Test
  void shouldNotCallTheFeaturesOfAGraphConstantWhereOneOfItsInputsIs() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(new Adam(1e-3))
            .graphBuilder()
            .addInputs("constant", "other")
            .setInputTypes(InputType.feedForward(FEATURES), InputType.feedForward(FEATURES))
            .addLayer("hidden", new DenseLayer.Builder().nOut(8).build(), "constant", "other")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.XENT)
                    .activation(Activation.SIGMOID)
                    .nOut(1)
                    .build(),
                "hidden")
            .setOutputs("out")
            .build();
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    TrainingHealthListener health = TrainingHealthListener.observing(new InMemoryStatsStorage());
    graph.setListeners(health);
    for (int i = 0; i < ITERATIONS; i++) {
      DataSet batch = batch(i);
      INDArray constant = batch.getFeatures().dup().assign(1);
      graph.fit(
          new MultiDataSet(
              new INDArray[] {constant, batch.getFeatures()}, new INDArray[] {batch.getLabels()}));
    }
    List<Diagnosis> found = health.diagnoses();
    health.close();

    assertThat(found).filteredOn(d -> d.problem().is(ProblemFamily.DATA)).isEmpty();
  }

  private static List<Diagnosis> train(
      MultiLayerNetwork net, UnaryOperator<INDArray> features, UnaryOperator<INDArray> labels) {
    TrainingHealthListener health = TrainingHealthListener.observing(new InMemoryStatsStorage());
    net.setListeners(health);
    for (int i = 0; i < ITERATIONS; i++) {
      DataSet batch = batch(i);
      net.fit(new DataSet(features.apply(batch.getFeatures()), labels.apply(batch.getLabels())));
    }
    List<Diagnosis> found = health.diagnoses();
    health.close();
    return found;
  }

  private static MultiLayerNetwork network(LossFunction loss, Activation activation) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(1e-3))
                .list()
                .layer(new DenseLayer.Builder().nOut(8).activation(Activation.TANH).build())
                .layer(new OutputLayer.Builder(loss).activation(activation).nOut(1).build())
                .setInputType(InputType.feedForward(FEATURES))
                .validateOutputLayerConfig(false)
                .build());
    net.init();
    return net;
  }

  /** Standardized features, and the sign of the first as a label of 0 or 1. */
  private static DataSet batch(int index) {
    Random random = new Random(0x9E3779B97F4A7C15L * (index + 1));
    INDArray features = Nd4j.create(DataType.FLOAT, EXAMPLES, FEATURES);
    INDArray labels = Nd4j.create(DataType.FLOAT, EXAMPLES, 1);
    for (int example = 0; example < EXAMPLES; example++) {
      for (int feature = 0; feature < FEATURES; feature++) {
        features.putScalar(example, feature, random.nextGaussian());
      }
      labels.putScalar(example, 0, features.getDouble(example, 0) > 0 ? 1 : 0);
    }
    return new DataSet(features, labels);
  }
}
