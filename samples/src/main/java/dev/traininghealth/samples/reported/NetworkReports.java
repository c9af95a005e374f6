package dev.traininghealth.samples.reported;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.samples.noharm.Draws;
import dev.traininghealth.samples.noharm.Networks;
import dev.traininghealth.samples.reported.ObservedRun.Wanted;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Graphs, convolutions, and a network that is dead from the start. */
final class NetworkReports {
  private static final int MINIBATCH = 32;
  private static final int OUTPUTS = 4;
  private static final int INPUTS = 64;
  private static final int SIDE = 8;

  private NetworkReports() {}

  static List<ReportedSetup> setups() {
    return List.of(
        ObservedRun.followed(
            "masked-labels",
            "four outputs with 15 % of the labels NaN, under masks",
            new Wanted(Problem.NON_FINITE, Severity.CRITICAL, 0, "getLabels()", 0.5)
                .alsoSaying("Where a mask leaves labels out, they must be finite too"),
            seed -> masked(seed, Double.NaN),
            seed -> masked(seed, 0)),
        ObservedRun.followed(
            "raw-images",
            "three images of 0 to 255 into a convolution",
            new Wanted(
                Problem.UNNORMALIZED_FEATURES, Severity.INFO, 0, "ImagePreProcessingScaler", 0.5),
            seed -> images(seed, false),
            seed -> images(seed, true)),
        ObservedRun.followed(
            "dead-start",
            "eight minibatches of one example into a network that is dead, ten iterations",
            new Wanted(Problem.DEAD_RELU, Severity.WARNING, 9, ".weightInit(WeightInit.RELU)", 0.9),
            seed -> dead(seed, WeightInit.ZERO),
            seed -> dead(seed, WeightInit.RELU)),
        ObservedRun.healthy(
            "residual-graph",
            "convolutions with batch normalization and residual connections",
            NetworkReports::residual,
            NetworkReports::countsSigmoids));
  }

  private static boolean countsSigmoids(Diagnosis diagnosis) {
    return (diagnosis.sentence() + diagnosis.remedies()).contains("sigmoid");
  }

  private static OutputLayer pair() {
    return new OutputLayer.Builder(LossFunction.L2).nOut(2).activation(Activation.SIGMOID).build();
  }

  /**
   * Four tasks on binary features, each with two labels.
   *
   * @param hidden the label under a mask of 0
   */
  private static Trainee masked(int seed, double hidden) {
    GraphBuilder builder =
        Networks.settings(seed, Activation.RELU, new Nesterovs(0.1, 0.9))
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(INPUTS))
            .addLayer("first", Networks.dense(50), "in")
            .addLayer("second", Networks.dense(50), "first");
    String[] names = new String[OUTPUTS];
    for (int i = 0; i < OUTPUTS; i++) {
      names[i] = "out" + i;
      builder.addLayer(names[i], pair(), "second");
    }
    ComputationGraph graph = new ComputationGraph(builder.setOutputs(names).build());
    graph.init();
    Random random = Draws.ofTraining(seed);
    MultiDataSet test = tasks(Draws.ofTest(), 500, 0, 0);
    return CustomTrainee.ofGraph(
        graph,
        300,
        i -> tasks(random, MINIBATCH, 0.15, hidden),
        trained -> wrongPairs(trained, test));
  }

  private static MultiDataSet tasks(Random random, int rows, double maskedShare, double hidden) {
    INDArray features = Draws.gaussian(random, rows, INPUTS).gt(0).castTo(Nd4j.dataType());
    INDArray[] labels = new INDArray[OUTPUTS];
    INDArray[] masks = new INDArray[OUTPUTS];
    for (int task = 0; task < OUTPUTS; task++) {
      labels[task] = Nd4j.zeros(rows, 2);
      masks[task] = Nd4j.ones(rows, 1);
      for (int row = 0; row < rows; row++) {
        long column = 3L * task;
        boolean isFirst =
            features.getDouble(row, column)
                    + features.getDouble(row, column + 1)
                    + features.getDouble(row, column + 2)
                > 1.5;
        labels[task].putScalar(row, isFirst ? 0 : 1, 1);
        if (random.nextDouble() < maskedShare) {
          labels[task].getRow(row).assign(hidden);
          masks[task].putScalar(row, 0, 0);
        }
      }
    }
    return new org.nd4j.linalg.dataset.MultiDataSet(new INDArray[] {features}, labels, null, masks);
  }

  /** Share of wrong answers over all outputs. */
  private static double wrongPairs(ComputationGraph graph, MultiDataSet data) {
    INDArray[] outputs = graph.output(data.getFeatures());
    double wrong = 0;
    for (int task = 0; task < OUTPUTS; task++) {
      if (outputs[task].isNaN().any()) {
        return 1;
      }
      INDArray right = outputs[task].argMax(1).eq(data.getLabels(task).argMax(1));
      wrong += 1 - right.castTo(Nd4j.dataType()).meanNumber().doubleValue();
    }
    return wrong / OUTPUTS;
  }

  private static Scene images(int seed, boolean isScaled) {
    int count = 3;
    int side = 16;
    Random random = Draws.ofTraining(seed);
    float[] pixels = new float[count * 3 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextInt(256);
    }
    DataSet images =
        new DataSet(Nd4j.createFromArray(pixels).reshape(count, 3, side, side), Nd4j.eye(count));
    if (isScaled) {
      new ImagePreProcessingScaler(0, 1).transform(images);
    }
    MultiLayerNetwork network =
        Networks.initialized(
            Networks.settings(seed, Activation.RELU, new Nesterovs(1e-3, 0.9))
                .weightInit(WeightInit.XAVIER)
                .list()
                .layer(Networks.convolution(5, 10))
                .layer(Networks.pooling())
                .layer(Networks.dense(50))
                .layer(Networks.softmax(count))
                .setInputType(InputType.convolutional(side, side, 3)));
    return new Scene(network, 150, i -> images, trained -> trained.score(images));
  }

  /** Amounts as labels. With zeros as weights no ReLU is active, and every gradient is 0. */
  private static Scene dead(int seed, WeightInit weights) {
    int rows = 8;
    int columns = 16;
    INDArray features = Transforms.abs(Draws.gaussian(Draws.ofTraining(seed), rows, columns));
    INDArray weight = Transforms.abs(Draws.gaussian(Draws.ofTask(), columns, OUTPUTS));
    MultiLayerNetwork network =
        Networks.stack(
            Networks.settings(seed, Activation.RELU, new Sgd(0.1)).weightInit(weights),
            columns,
            new OutputLayer.Builder(LossFunction.MSE)
                .nOut(OUTPUTS)
                .activation(Activation.RELU)
                .build(),
            16,
            16);
    DataSet data = new DataSet(features, features.mmul(weight).divi(columns));
    return Scene.ofNumbers(network, data, 1, 10);
  }

  private static Trainee residual(int seed) {
    GraphBuilder builder =
        Networks.settings(seed, Activation.IDENTITY, new Adam(1e-3))
            .weightInit(WeightInit.RELU)
            .convolutionMode(ConvolutionMode.Same)
            .graphBuilder()
            .addInputs("image")
            .setInputTypes(InputType.convolutional(SIDE, SIDE, 1))
            .addLayer("stem", convolution(), "image");
    String last = "stem";
    for (int block = 0; block < 2; block++) {
      last = block(builder, block, last);
    }
    ComputationGraph graph =
        new ComputationGraph(
            builder
                .addLayer("pool", new GlobalPoolingLayer(), last)
                .addLayer("out", Networks.softmax(4), "pool")
                .setOutputs("out")
                .build());
    graph.init();
    Random random = Draws.ofTraining(seed);
    DataSet test = stripes(Draws.ofTest(), 200);
    return CustomTrainee.ofGraph(
        graph,
        300,
        i -> stripes(random, 16).toMultiDataSet(),
        trained -> {
          INDArray classes = trained.output(test.getFeatures())[0].argMax(1);
          INDArray right = classes.eq(test.getLabels().argMax(1));
          return 1 - right.castTo(Nd4j.dataType()).meanNumber().doubleValue();
        });
  }

  private static ConvolutionLayer convolution() {
    return new ConvolutionLayer.Builder(3, 3).nOut(6).hasBias(false).build();
  }

  /** Two convolutions with batch normalization, around which the input is added. */
  private static String block(GraphBuilder builder, int block, String input) {
    String name = "block" + block;
    builder
        .addLayer(name + "_conv1", convolution(), input)
        .addLayer(name + "_norm1", new BatchNormalization(), name + "_conv1")
        .addLayer(name + "_relu1", rectifier(), name + "_norm1")
        .addLayer(name + "_conv2", convolution(), name + "_relu1")
        .addLayer(name + "_norm2", new BatchNormalization(), name + "_conv2")
        .addVertex(
            name + "_sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), input, name + "_norm2")
        .addLayer(name, rectifier(), name + "_sum");
    return name;
  }

  private static ActivationLayer rectifier() {
    return new ActivationLayer.Builder().activation(Activation.RELU).build();
  }

  /** Stripes in one of four directions, with noise. */
  private static DataSet stripes(Random random, int rows) {
    INDArray images = Draws.gaussian(random, rows, SIDE * SIDE).reshape(rows, 1, SIDE, SIDE);
    INDArray labels = Nd4j.zeros(rows, 4);
    for (int row = 0; row < rows; row++) {
      int direction = random.nextInt(4);
      int phase = random.nextInt(4);
      labels.putScalar(row, direction, 1);
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          int[] along = {x, y, x + y, x - y + SIDE};
          if ((along[direction] + phase) % 4 < 2) {
            int[] at = {row, 0, y, x};
            images.putScalar(at, images.getDouble(at) + 2);
          }
        }
      }
    }
    return new DataSet(images, labels);
  }
}
