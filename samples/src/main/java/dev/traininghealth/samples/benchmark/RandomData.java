package dev.traininghealth.samples.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Generates minibatches, identical at each call. */
final class RandomData {
  /** Pixels of an image for a perceptron. */
  static final int PIXELS = 28 * 28;

  /** Classes of the images and words. */
  static final int CLASSES = 10;

  /** Characters of the texts. */
  static final int CHARACTERS = 64;

  /** Characters in a text. */
  static final int STEPS = 50;

  private static final int SEED = 20240607;
  private static final int MINIBATCH = 32;

  private RandomData() {}

  /** That many minibatches of one kind. */
  static List<DataSet> minibatches(int count, Function<Random, DataSet> kind) {
    Random random = Nd4j.getRandomFactory().getNewRandomInstance(SEED);
    List<DataSet> minibatches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      minibatches.add(kind.apply(random));
    }
    return minibatches;
  }

  /** Flat images in random classes. */
  static DataSet images(Random random) {
    return new DataSet(Nd4j.rand(random, MINIBATCH, PIXELS), randomClasses(random));
  }

  /** Images of CIFAR's shape in random classes. */
  static DataSet colorImages(Random random) {
    return new DataSet(Nd4j.rand(random, MINIBATCH, 3, 32, 32), randomClasses(random));
  }

  /** Large images in random classes. */
  static DataSet photos(Random random) {
    return new DataSet(Nd4j.rand(random, MINIBATCH, 3, 224, 224), randomClasses(random));
  }

  /** One-hot characters, and the next of each as its label. */
  static DataSet texts(Random random) {
    INDArray text = Nd4j.zeros(MINIBATCH, CHARACTERS, STEPS);
    INDArray next = Nd4j.zeros(MINIBATCH, CHARACTERS, STEPS);
    for (int example = 0; example < MINIBATCH; example++) {
      int character = random.nextInt(CHARACTERS);
      for (int step = 0; step < STEPS; step++) {
        text.putScalar(example, character, step, 1);
        character = random.nextInt(CHARACTERS);
        next.putScalar(example, character, step, 1);
      }
    }
    return new DataSet(text, next);
  }

  /** Indices of words, a column, in random classes. */
  static DataSet words(Random random) {
    INDArray words = Nd4j.zeros(MINIBATCH, 1);
    for (int example = 0; example < MINIBATCH; example++) {
      words.putScalar(example, 0, random.nextInt(SequenceNetworks.WORDS));
    }
    return new DataSet(words, randomClasses(random));
  }

  /** The four examples of exclusive or. */
  static DataSet exclusiveOr() {
    return new DataSet(
        Nd4j.createFromArray(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}}),
        Nd4j.createFromArray(new float[][] {{0}, {1}, {1}, {0}}));
  }

  /**
   * Points around one center per class, so that small networks can learn the classes and no
   * diagnosis starts.
   */
  static DataSet clusters(Random random, int features, int classes) {
    INDArray points = Nd4j.randn(random, new long[] {MINIBATCH, features});
    INDArray labels = Nd4j.zeros(MINIBATCH, classes);
    for (int example = 0; example < MINIBATCH; example++) {
      int label = random.nextInt(classes);
      points.putScalar(example, label, points.getDouble(example, label) + 3);
      labels.putScalar(example, label, 1);
    }
    return new DataSet(points, labels);
  }

  private static INDArray randomClasses(Random random) {
    INDArray labels = Nd4j.zeros(MINIBATCH, CLASSES);
    for (int example = 0; example < MINIBATCH; example++) {
      labels.putScalar(example, random.nextInt(CLASSES), 1);
    }
    return labels;
  }
}
