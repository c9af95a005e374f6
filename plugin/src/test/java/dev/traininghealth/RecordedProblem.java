package dev.traininghealth;

import dev.traininghealth.guard.RunClock;
import dev.traininghealth.measure.conditions.MemorySource;
import dev.traininghealth.numbers.ConditionsRecord;
import java.io.Serial;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Small trainings that have a problem, and the same ones without it. */
public enum RecordedProblem {
  /** A learning rate that grows by a hundredth at each iteration. */
  DRIFTING(600, 1) {
    @Override
    MultiLayerNetwork network(boolean isSick) {
      return LearningNetwork.MLP.create(
          new Sgd(new ExponentialSchedule(ScheduleType.ITERATION, 0.05, isSick ? 1.01 : 1)));
    }
  },

  /** Something between two iterations takes longer and longer. */
  SLOW_ITERATIONS(1_320, 250) {
    @Override
    double extraMillis(int iteration) {
      return iteration < 800 ? 0 : 400;
    }
  },

  /** The Java heap fills by five megabytes a second. */
  GROWING_MEMORY(400, 250) {
    @Override
    MemorySource memory(boolean isSick) {
      return to -> fill(to, isSick ? 5 : 0);
    }
  },

  /** A schedule that was meant to count epochs. */
  LEARNING_RATE_SCHEDULE(1_100, 1) {
    @Override
    MultiLayerNetwork network(boolean isSick) {
      double decay = isSick ? 0.95 : 0.9995;
      return LearningNetwork.MLP.create(
          new Adam(new ExponentialSchedule(ScheduleType.ITERATION, 5e-3, decay)));
    }
  },

  /** Each layer of sigmoid divides the differences between examples by four or more. */
  COLLAPSED_ACTIVATIONS(300, 1) {
    @Override
    MultiLayerNetwork network(boolean isSick) {
      return stack(isSick ? Activation.SIGMOID : Activation.RELU);
    }
  },

  /** The same: what no layer tells apart has one output. */
  CONSTANT_OUTPUT(300, 1) {
    @Override
    MultiLayerNetwork network(boolean isSick) {
      return COLLAPSED_ACTIVATIONS.network(isSick);
    }
  },

  /** Minibatches of 128 examples that hardly differ. */
  MINIBATCH_SIZE(2_100, 1) {
    @Override
    MultiLayerNetwork network(boolean isSick) {
      return MinibatchSizeTest.network(1e-4);
    }

    @Override
    DataSet minibatch(int iteration, boolean isSick) {
      Random random = new Random(iteration);
      return isSick
          ? MinibatchSizeTest.minibatch(random, 128, 0.02, 0)
          : MinibatchSizeTest.minibatch(random, 128, 1, 3);
    }
  };

  private static final int LAYERS = 6;
  private static final double MEGABYTE = 1 << 20;

  private final int iterations;
  private final double stepMillis;

  RecordedProblem(int iterations, double stepMillis) {
    this.iterations = iterations;
    this.stepMillis = stepMillis;
  }

  MultiLayerNetwork network(boolean isSick) {
    return LearningNetwork.MLP.create(new Adam(1e-4));
  }

  DataSet minibatch(int iteration, boolean isSick) {
    return LearningNetwork.MLP.batch(iteration);
  }

  /** What comes between this iteration and the next one in a sick run. */
  double extraMillis(int iteration) {
    return 0;
  }

  MemorySource memory(boolean isSick) {
    return to -> fill(to, 0);
  }

  /** The problem as it is recorded, which is also the name of its session. */
  public String problem() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Trains and records, in a session with the name of the problem. */
  public void train(StatsStorage storage, boolean isSick) {
    StepClock clock = new StepClock(this, isSick);
    MultiLayerNetwork net = network(isSick);
    try (TrainingHealthListener listener =
        TrainingHealthListener.builder(storage)
            .sessionId(problem())
            .clock(clock)
            .memory(memory(isSick))
            .build()) {
      net.setListeners(listener, clock);
      for (int i = 0; i < iterations; i++) {
        net.fit(minibatch(i, isSick));
      }
    }
  }

  /** A heap of a gigabyte, of which 100 megabytes are in use at first. */
  private static void fill(ConditionsRecord to, double megabytesPerReading) {
    to.collectionMillis = 0;
    to.heapBytes = (100 + megabytesPerReading * to.readings) * MEGABYTE;
    to.maxHeapBytes = 1024 * MEGABYTE;
  }

  private static MultiLayerNetwork stack(Activation activation) {
    ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(new Sgd(0.01))
            .weightInit(activation == Activation.RELU ? WeightInit.RELU : WeightInit.XAVIER)
            .activation(activation)
            .list();
    for (int i = 0; i < LAYERS; i++) {
      list.layer(new DenseLayer.Builder().nOut(16).build());
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .activation(Activation.SOFTMAX)
            .nOut(3)
            .build());
    MultiLayerNetwork net =
        new MultiLayerNetwork(list.setInputType(InputType.feedForward(8)).build());
    net.init();
    return net;
  }

  /** A clock by which all iterations take the same time, and what comes between two of them. */
  private static final class StepClock extends BaseTrainingListener implements RunClock {
    @Serial private static final long serialVersionUID = 1L;

    private static final double NANOS_PER_MILLI = 1e6;
    private final RecordedProblem problem;
    private final boolean isSick;
    private long nanos = 1; // 0 would mean that no iteration has ended yet

    StepClock(RecordedProblem problem, boolean isSick) {
      this.problem = problem;
      this.isSick = isSick;
    }

    @Override
    public synchronized long nanoTime() {
      nanos += 100;
      return nanos;
    }

    @Override
    public long charged(long threadNanos) {
      return 0;
    }

    /** Called before the backward pass. */
    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      pass(problem.stepMillis / 2);
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      pass(problem.stepMillis / 2 + (isSick ? problem.extraMillis(iteration) : 0));
    }

    private synchronized void pass(double millis) {
      nanos += (long) (millis * NANOS_PER_MILLI);
    }
  }
}
