package dev.traininghealth.samples.noharm;

import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays of random numbers, from another generator than ND4J's, from which networks draw. */
public final class Draws {
  /** Seed of the task, shared by all seeds of a run. */
  private static final long TASK = 0x2545F4914F6CDD1DL;

  private static final long TEST = 0x5851F42D4C957F2DL;

  private Draws() {}

  /** A generator for the definition of a task, the same for each seed of a run. */
  public static Random ofTask() {
    return new Random(TASK);
  }

  /** A generator for training examples. */
  public static Random ofTraining(int seed) {
    return new Random(seed);
  }

  /** A generator for test examples, the same for each seed of a run. */
  public static Random ofTest() {
    return new Random(TEST);
  }

  /** A matrix of N(0, 1). */
  public static INDArray gaussian(Random random, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape(rows, columns);
  }

  /** Random classes as rows in which one element is 1. */
  public static INDArray labels(Random random, int rows, int classes) {
    INDArray labels = Nd4j.zeros(rows, classes);
    for (int row = 0; row < rows; row++) {
      labels.putScalar(row, random.nextInt(classes), 1);
    }
    return labels;
  }
}
