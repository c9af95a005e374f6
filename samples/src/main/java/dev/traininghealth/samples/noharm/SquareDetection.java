package dev.traininghealth.samples.noharm;

import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Finds the one square of each image and its color, one of two, with DL4J's YOLO2. */
final class SquareDetection {
  private static final int SIDE = 32;
  private static final int COLORS = 3;
  private static final int GRID = 4;
  private static final int CLASSES = 2;
  private static final int VALUES = 4 + CLASSES;
  private static final float[][] PRIORS = {{1, 1}, {1.6f, 1.6f}};
  private static final int MIN_SIDE = 6;
  private static final int MAX_SIDE = 14;
  private static final int MINIBATCH = 8;
  private static final int ITERATIONS = 200;
  private static final int TEST_IMAGES = 200;

  /**
   * Maximum score of a healthy run, which stays well below; an untrained network has 5.6 to 6.2.
   */
  private static final double TARGET = 1.5;

  /** The content of the images of a minibatch. */
  enum Content {
    /** A square in each image. */
    SQUARES,
    /** No object, and labels of 0; DL4J replaces the resulting 0/0 by 0. */
    NOTHING,
    /** A square in each image, one with swapped corners of its box: the score is NaN. */
    SWAPPED_CORNERS
  }

  private SquareDetection() {}

  static List<Setup> setups() {
    return List.of(
        new Setup(
            "yolo2",
            "object detection, with an object in each image",
            Measure.score().named("test score"),
            seed -> training(seed, i -> Content.SQUARES)),
        new Setup(
            "yolo2-no-object",
            "object detection; images without objects come together, and the score leaps after them",
            Measure.score().named("test score"),
            seed -> training(seed, i -> i % 10 == 4 ? Content.NOTHING : Content.SQUARES)),
        new Setup(
            "yolo2-swapped-corners",
            "object detection; a few boxes have negative widths, and DL4J takes their roots",
            Measure.score().named("test score").withTarget(TARGET),
            seed -> training(seed, i -> i % 50 == 24 ? Content.SWAPPED_CORNERS : Content.SQUARES)));
  }

  private static Training training(int seed, IntFunction<Content> contents) {
    Random random = Draws.ofTraining(seed);
    DataSet test = images(Draws.ofTest(), TEST_IMAGES, Content.SQUARES);
    return new SupervisedTraining(
        network(seed),
        ITERATIONS,
        i -> images(random, MINIBATCH, contents.apply(i)),
        trained -> Results.score(trained, test));
  }

  static MultiLayerNetwork network(int seed) {
    return Networks.initialized(
        Networks.settings(seed, Activation.RELU, new Adam(3e-3))
            .convolutionMode(ConvolutionMode.Same)
            .list()
            .layer(halving(8))
            .layer(halving(16))
            .layer(halving(32))
            .layer(
                new ConvolutionLayer.Builder(1, 1)
                    .nOut(PRIORS.length * (5 + CLASSES))
                    .activation(Activation.IDENTITY)
                    .build())
            .layer(
                new Yolo2OutputLayer.Builder()
                    .boundingBoxPriors(Nd4j.createFromArray(PRIORS))
                    .build())
            .setInputType(InputType.convolutional(SIDE, SIDE, COLORS)));
  }

  private static ConvolutionLayer halving(int channels) {
    return new ConvolutionLayer.Builder(new int[] {3, 3}, new int[] {2, 2}).nOut(channels).build();
  }

  /**
   * Draws images. The labels are those of DL4J's {@code ObjectDetectionRecordReader}: at the grid
   * cell of an object's center, its box in units of the grid, and its class.
   */
  static DataSet images(Random random, int size, Content content) {
    INDArray pixels =
        Draws.gaussian(random, size, COLORS * SIDE * SIDE)
            .muli(0.1)
            .reshape(size, COLORS, SIDE, SIDE);
    INDArray labels = Nd4j.zeros(size, VALUES, GRID, GRID);
    if (content != Content.NOTHING) {
      for (int image = 0; image < size; image++) {
        boolean swapped = image == 0 && content == Content.SWAPPED_CORNERS;
        draw(random, pixels, labels, image, swapped);
      }
    }
    return new DataSet(pixels, labels);
  }

  private static void draw(
      Random random, INDArray pixels, INDArray labels, int image, boolean swapped) {
    int side = random.nextInt(MIN_SIDE, MAX_SIDE + 1);
    int left = random.nextInt(SIDE - side);
    int top = random.nextInt(SIDE - side);
    int color = random.nextInt(CLASSES);
    for (int row = top; row < top + side; row++) {
      for (int column = left; column < left + side; column++) {
        pixels.putScalar(new int[] {image, color, row, column}, 1);
      }
    }
    double unit = (double) SIDE / GRID;
    double[] corners = {left / unit, top / unit, (left + side) / unit, (top + side) / unit};
    int gridRow = (int) ((corners[1] + corners[3]) / 2);
    int gridColumn = (int) ((corners[0] + corners[2]) / 2);
    for (int i = 0; i < corners.length; i++) {
      double corner = corners[swapped ? (i + 2) % corners.length : i];
      labels.putScalar(new int[] {image, i, gridRow, gridColumn}, corner);
    }
    labels.putScalar(new int[] {image, corners.length + color, gridRow, gridColumn}, 1);
  }
}
