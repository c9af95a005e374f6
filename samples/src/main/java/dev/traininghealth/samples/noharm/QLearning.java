package dev.traininghealth.samples.noharm;

import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Deep Q-learning with a target network (Mnih et al., 2015) that is replaced every 60 iterations,
 * so that the labels drift and jump 50 times.
 */
final class QLearning implements Training {
  private static final int ITERATIONS = 3000;
  private static final int RENEWAL = 60;
  private static final int MINIBATCH = 32;
  private static final int DIMENSIONS = 4;
  private static final double DISCOUNT = 0.9;

  /** Decay of the state towards 0 per step; each action then adds its push. */
  private static final double DECAY = 0.9;

  private static final float[][] PUSHES = {{.4f, 0, 0, 0}, {-.4f, .3f, 0, 0}, {0, -.3f, .3f, -.3f}};

  private static final int TEST_STATES = 200;
  private static final int TEST_STEPS = 40;

  private final Random random;
  private final MultiLayerNetwork network;

  private QLearning(int seed) {
    random = Draws.ofTraining(seed);
    network =
        Networks.regression(
            Networks.settings(seed, Activation.RELU, new Adam(1e-3)),
            DIMENSIONS,
            PUSHES.length,
            64,
            64);
  }

  static List<Setup> setups() {
    return List.of(
        new Setup(
            "q-learning",
            "Q-learning, whose labels drift, and jump 50 times",
            new Measure("return", true, null),
            QLearning::new));
  }

  @Override
  public List<MultiLayerNetwork> networks() {
    return List.of(network);
  }

  @Override
  public void train() {
    MultiLayerNetwork target = network.clone();
    for (int i = 0; i < ITERATIONS; i++) {
      if (i % RENEWAL == 0) {
        target.setParams(network.params().dup());
      }
      INDArray states = Draws.gaussian(random, MINIBATCH, DIMENSIONS);
      INDArray labels = network.output(states, false).dup();
      int[] actions = random.ints(MINIBATCH, 0, PUSHES.length).toArray();
      INDArray next = next(states, actions);
      INDArray best = target.output(next, false).max(1);
      for (int row = 0; row < MINIBATCH; row++) {
        labels.putScalar(row, actions[row], reward(next, row) + DISCOUNT * best.getDouble(row));
      }
      network.fit(new DataSet(states, labels));
    }
  }

  private static INDArray next(INDArray states, int... actions) {
    INDArray next = states.mul(DECAY);
    for (int row = 0; row < actions.length; row++) {
      float[] push = PUSHES[actions[row]];
      for (int i = 0; i < DIMENSIONS; i++) {
        next.putScalar(row, i, next.getDouble(row, i) + push[i]);
      }
    }
    return next;
  }

  /** The reward, at most 10, at the state (1, 1, 0, 0). */
  private static double reward(INDArray states, int row) {
    double x = states.getDouble(row, 0) - 1;
    double y = states.getDouble(row, 1) - 1;
    return 10 * Math.exp(-(x * x + y * y));
  }

  /** The mean discounted return of the actions that the network rates best. */
  @Override
  public double measure() {
    INDArray states = Draws.gaussian(Draws.ofTest(), TEST_STATES, DIMENSIONS);
    double sum = 0;
    double weight = 1;
    for (int step = 0; step < TEST_STEPS; step++) {
      states = next(states, network.output(states, false).argMax(1).toIntVector());
      for (int row = 0; row < TEST_STATES; row++) {
        sum += weight * reward(states, row);
      }
      weight *= DISCOUNT;
    }
    return sum / TEST_STATES;
  }
}
