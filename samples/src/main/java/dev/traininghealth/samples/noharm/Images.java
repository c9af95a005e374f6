package dev.traininghealth.samples.noharm;

import dev.traininghealth.samples.corpus.DrawnDigits;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;

/** Convolutional networks and an autoencoder on images without classes. */
public final class Images {
  private static final int SIDE = 28;

  /** Least distance of a spot from the border, in pixels. */
  private static final int MARGIN = 4;

  private static final int RAW_SIDE = 40;
  private static final int RAW_IMAGES = 3;
  private static final int PIXELS = DrawnDigits.PIXELS * DrawnDigits.PIXELS;

  private Images() {}

  static List<Setup> setups() {
    return List.of(
        new Setup(
            "conv-regression",
            "a learning rate at which all ReLUs are soon dead",
            Measure.score().named("test score"),
            Images::convRegression),
        new Setup(
            "raw-images",
            "three images of 0 to 255 that were not normalized",
            Measure.score().named("training score"),
            Images::rawImages),
        new Setup(
            "mean-image-autoencoder",
            "an autoencoder that stays at the mean image for hundreds of iterations",
            Measure.score().named("test squared error"),
            Images::autoencoder));
  }

  /**
   * Finds the position of a bright spot; the labels have mean 0 and variance 1. Seeds 2 and 3 end
   * at 0.99, a constant prediction: all ReLUs are dead. Seed 1 becomes NaN.
   */
  private static Training convRegression(int seed) {
    int iterations = 400;
    int testImages = 200;
    Random random = Draws.ofTraining(seed);
    DataSet test = spots(Draws.ofTest(), testImages, SIDE);
    MultiLayerNetwork network =
        Networks.initialized(
            Networks.settings(seed, Activation.RELU, new Nesterovs(0.06, 0.9))
                .weightInit(WeightInit.XAVIER)
                .l2(5e-4)
                .list()
                .layer(Networks.convolution(5, 20))
                .layer(Networks.pooling())
                .layer(Networks.convolution(5, 50))
                .layer(Networks.pooling())
                .layer(Networks.dense(200))
                .layer(Networks.identity(1))
                .setInputType(InputType.convolutional(SIDE, SIDE, 1)));
    return new SupervisedTraining(
        network,
        iterations,
        i -> spots(random, 16, SIDE),
        trained -> Results.squaredError(trained, test));
  }

  /**
   * Gray images with a bright spot. The label is the spot's column, with mean 0 and variance 1.
   *
   * @param random for places and noise
   * @param size number of images
   * @param side of an image, in pixels; more than 8
   */
  public static DataSet spots(Random random, int size, int side) {
    float[] pixels = new float[size * side * side];
    float[] labels = new float[size];
    for (int image = 0; image < size; image++) {
      double place = random.nextDouble();
      labels[image] = (float) (Math.sqrt(12) * (place - 0.5));
      double x = MARGIN + (side - 2 * MARGIN) * place;
      double y = MARGIN + (side - 2 * MARGIN) * random.nextDouble();
      int pixel = image * side * side;
      for (int row = 0; row < side; row++) {
        for (int column = 0; column < side; column++) {
          double distance = Math.hypot(column - x, row - y);
          double spot = Math.exp(-distance * distance / 18);
          pixels[pixel++] = (float) (0.5 + 0.4 * spot + 0.1 * random.nextDouble());
        }
      }
    }
    return new DataSet(
        Nd4j.createFromArray(pixels).reshape(size, 1, side, side),
        Nd4j.createFromArray(labels).reshape(size, 1));
  }

  private static Training rawImages(int seed) {
    int iterations = 600;
    Random random = Draws.ofTraining(seed);
    int length = RAW_IMAGES * 3 * RAW_SIDE * RAW_SIDE;
    float[] pixels = new float[length];
    for (int i = 0; i < length; i++) {
      pixels[i] = random.nextInt(256);
    }
    DataSet images =
        new DataSet(
            Nd4j.createFromArray(pixels).reshape(RAW_IMAGES, 3, RAW_SIDE, RAW_SIDE),
            Nd4j.eye(RAW_IMAGES));
    MultiLayerNetwork network =
        Networks.initialized(
            Networks.settings(seed, Activation.RELU, new Nesterovs(1e-3, 0.9))
                .list()
                .layer(Networks.convolution(5, 10))
                .layer(Networks.pooling())
                .layer(Networks.dense(50))
                .layer(Networks.softmax(RAW_IMAGES))
                .setInputType(InputType.convolutional(RAW_SIDE, RAW_SIDE, 3)));
    return new SupervisedTraining(
        network, iterations, i -> images, trained -> Results.score(trained, images));
  }

  private static Training autoencoder(int seed) {
    int iterations = 2500;
    Random random = Draws.ofTraining(seed);
    DrawnDigits digits = new DrawnDigits(random);
    Pool pool = new Pool(toItself(digits.minibatch(2000)), random);
    DataSet test = toItself(new DrawnDigits(Draws.ofTest()).minibatch(500));
    MultiLayerNetwork network =
        Networks.regression(
            Networks.settings(seed, Activation.SIGMOID, new Adam(1e-3)),
            PIXELS,
            PIXELS,
            64,
            16,
            64);
    return new SupervisedTraining(
        network,
        iterations,
        i -> pool.minibatch(32),
        trained -> Results.squaredError(trained, test));
  }

  private static DataSet toItself(DataSet images) {
    INDArray pixels = images.getFeatures();
    return new DataSet(pixels, pixels);
  }
}
