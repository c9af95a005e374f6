package dev.traininghealth.samples.corpus;

import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Endless examples without repetition. The task is drawn once from a seeded generator, and each
 * minibatch from the same generator afterwards. One label in twenty or one symbol in five is
 * random, so that no score reaches 0.
 */
interface ExampleStream {
  /** Number of classes of points and images. */
  int CLASSES = 10;

  /** Dimensions of a point. */
  int DIMENSIONS = 20;

  /** Pixels on each side of an image. */
  int SIDE = 28;

  /** Number of different symbols of a series. */
  int SYMBOLS = 8;

  /** Number of symbols of a series. */
  int STEPS = 16;

  /** Share of points and images with a random label. */
  double WRONG_LABELS = 0.05;

  /** Share of random symbols. */
  double SURPRISES = 0.2;

  /** The next examples. */
  DataSet minibatch(int size);

  /** Points around ten centers. */
  static ExampleStream mixture(Random random) {
    double[][] centers = new double[CLASSES][DIMENSIONS];
    for (double[] center : centers) {
      for (int i = 0; i < DIMENSIONS; i++) {
        center[i] = random.nextGaussian();
      }
    }
    return size -> {
      float[] points = new float[size * DIMENSIONS];
      INDArray labels = Nd4j.zeros(size, CLASSES);
      for (int example = 0; example < size; example++) {
        int label = random.nextInt(CLASSES);
        for (int i = 0; i < DIMENSIONS; i++) {
          points[example * DIMENSIONS + i] = (float) (centers[label][i] + random.nextGaussian());
        }
        labels.putScalar(example, noisy(label, random), 1);
      }
      return new DataSet(Nd4j.createFromArray(points).reshape(size, DIMENSIONS), labels);
    };
  }

  /** Ten shapes of three strokes each, shifted by up to three pixels, with noise. */
  static ExampleStream images(Random random) {
    int margin = 3;
    float[][] shapes = new float[CLASSES][SIDE * SIDE];
    for (float[] shape : shapes) {
      for (int stroke = 0; stroke < 3; stroke++) {
        draw(shape, margin, random);
      }
    }
    return size -> {
      float[] pixels = new float[size * SIDE * SIDE];
      INDArray labels = Nd4j.zeros(size, CLASSES);
      for (int example = 0; example < size; example++) {
        int label = random.nextInt(CLASSES);
        int moved =
            (random.nextInt(2 * margin + 1) - margin) * SIDE
                + random.nextInt(2 * margin + 1)
                - margin;
        for (int i = 0; i < SIDE * SIDE; i++) {
          int from = i - moved;
          float ink = from >= 0 && from < SIDE * SIDE ? shapes[label][from] : 0;
          pixels[example * SIDE * SIDE + i] = 0.7f * ink + 0.3f * random.nextFloat();
        }
        labels.putScalar(example, noisy(label, random), 1);
      }
      return new DataSet(Nd4j.createFromArray(pixels).reshape(size, SIDE * SIDE), labels);
    };
  }

  /** A line from one point to another, two pixels wide. */
  private static void draw(float[] shape, int margin, Random random) {
    int inner = SIDE - 2 * margin - 1;
    double fromX = margin + random.nextInt(inner);
    double fromY = margin + random.nextInt(inner);
    double toX = margin + random.nextInt(inner);
    double toY = margin + random.nextInt(inner);
    for (double share = 0; share <= 1; share += 0.5 / SIDE) {
      int x = (int) (fromX + share * (toX - fromX));
      int y = (int) (fromY + share * (toY - fromY));
      shape[y * SIDE + x] = 1;
      shape[y * SIDE + x + 1] = 1;
    }
  }

  /** Symbols that each follow from the two before; the label of each step is the next symbol. */
  static ExampleStream symbols(Random random) {
    int[][] next = new int[SYMBOLS][SYMBOLS];
    for (int[] row : next) {
      for (int i = 0; i < SYMBOLS; i++) {
        row[i] = random.nextInt(SYMBOLS);
      }
    }
    return size -> {
      INDArray features = Nd4j.zeros(size, SYMBOLS, STEPS);
      INDArray labels = Nd4j.zeros(size, SYMBOLS, STEPS);
      for (int example = 0; example < size; example++) {
        int before = random.nextInt(SYMBOLS);
        int now = random.nextInt(SYMBOLS);
        for (int step = 0; step < STEPS; step++) {
          features.putScalar(example, now, step, 1);
          int then = random.nextDouble() < SURPRISES ? random.nextInt(SYMBOLS) : next[before][now];
          labels.putScalar(example, then, step, 1);
          before = now;
          now = then;
        }
      }
      return new DataSet(features, labels);
    };
  }

  private static int noisy(int label, Random random) {
    return random.nextDouble() < WRONG_LABELS ? random.nextInt(CLASSES) : label;
  }
}
