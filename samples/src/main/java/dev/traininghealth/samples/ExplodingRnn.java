package dev.traininghealth.samples;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.samples.corpus.QuietDiagnoses;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Trains a recurrent network on series of 500 steps twice, side by side, without and with
 * protection. Without protection its score is NaN after about ten iterations and stays so. With
 * protection it rolls back, continues with a smaller learning rate, and learns.
 *
 * <p>The network has to remember pulses that arrive at random and fade by a tenth per step. Its
 * learning rate would suit a network without recurrence. Here it moves the recurrent weights to
 * where a signal grows at every step, and 500 steps are enough for any overflow.
 *
 * <p>What to look at: both are workers of one session. The <b>global gradient norm</b> and the
 * <b>largest singular value</b> of the recurrent weights (RW) show the failure of the unprotected
 * network before its score does.
 */
public final class ExplodingRnn {
  private static final int SEED = 5;
  private static final int UNITS = 24;
  private static final int STEPS = 500;
  private static final int MINIBATCH = 8;
  private static final int ITERATIONS = 150;
  private static final int TEST_SERIES = 64;

  /** Iterations between two printed lines if nothing happens. */
  private static final int PRINT_INTERVAL = 10;

  private static final double PULSES = 0.1;
  private static final double KEPT = 0.9;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: ExplodingRnn [--iterations N] [--exit]
            --iterations N  of both networks (default 150); problems begin at about 10
            --exit          end after training, instead of serving the page until Ctrl-C""",
          Set.of("--iterations N", "--exit"),
          ExplodingRnn::run);

  private ExplodingRnn() {}

  /** Runs the sample; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    int iterations = arguments.count("--iterations").orElse(ITERATIONS);
    StatsStorage storage = new InMemoryStatsStorage();
    UIServer ui = UIServer.getInstance();
    ui.attach(storage);
    console.println("Open " + Sample.address(ui));

    var builder = TrainingHealthListener.builder(storage).sessionId("exploding-rnn");
    Run unprotected = new Run(builder.workerId("unprotected").build());
    Run guarded = new Run(builder.workerId("protected").protecting().build());
    try (QuietDiagnoses quiet = new QuietDiagnoses()) {
      quiet.start(); // both would log at the same time; the results are printed below
      train(unprotected, guarded, iterations, console);
    }
    DataSet test = series(TEST_SERIES, new Random(SEED + 1));
    double squares = test.getLabels().mul(test.getLabels()).sumNumber().doubleValue();
    console.printf(
        Locale.ROOT, "Always answering 0 gives a score of %.4g.%n", squares / TEST_SERIES);
    printResult("unprotected", unprotected, test, console);
    printResult("protected", guarded, test, console);
    Sample.finish(arguments, ui, console);
  }

  /** Trains both on the same minibatches and prints their iterations side by side. */
  private static void train(Run unprotected, Run guarded, int iterations, PrintStream console) {
    Random random = new Random(SEED);
    console.println("iteration  unprotected    protected");
    for (int i = 0; i < iterations; i++) {
      DataSet minibatch = series(MINIBATCH, random);
      unprotected.fit(minibatch);
      guarded.fit(minibatch);
      String found = unprotected.newEvents();
      String done = guarded.newEvents();
      boolean eventful = !found.isEmpty() || !done.isEmpty();
      if (eventful || i % PRINT_INTERVAL == 0 || i == iterations - 1) {
        console.printf(
            Locale.ROOT,
            "%9d  %11.4g  %11.4g%s%s%n",
            i,
            unprotected.network.score(),
            guarded.network.score(),
            found.isEmpty() ? "" : "   unprotected: " + found,
            done.isEmpty() ? "" : "   protected: " + done);
      }
    }
  }

  private static void printResult(String name, Run run, DataSet test, PrintStream console) {
    console.printf(
        Locale.ROOT,
        "%s: score on unseen series %.4g%n  %s%n",
        name,
        run.network.score(test),
        run.health.summary());
    run.health.close();
  }

  /** One of the two networks and its listener. */
  private static final class Run {
    final MultiLayerNetwork network = new MultiLayerNetwork(recurrent());
    final TrainingHealthListener health;
    private boolean stopped;
    private long diagnosed = -1;
    private long intervened = -1;

    Run(TrainingHealthListener health) {
      this.health = health;
      network.init();
      network.addListeners(health);
    }

    void fit(DataSet minibatch) {
      if (stopped) {
        return;
      }
      try {
        network.fit(minibatch);
      } catch (TrainingStoppedException e) {
        stopped = true; // also recorded as an intervention
      }
    }

    /** The new alarms and interventions since the last call, as a short text. */
    String newEvents() {
      List<String> newEvents = new ArrayList<>();
      for (Diagnosis d : health.diagnoses()) {
        if (d.id() > diagnosed && d.isAlarm() && !newEvents.contains(d.problem().name())) {
          newEvents.add(d.problem().name());
        }
      }
      for (Diagnosis d : health.diagnoses()) {
        diagnosed = Math.max(diagnosed, d.id());
      }
      for (Intervention i : health.interventions()) {
        if (i.id() > intervened) {
          intervened = i.id();
          newEvents.add(i.action());
        }
      }
      return String.join(", ", newEvents);
    }
  }

  private static MultiLayerConfiguration recurrent() {
    return new NeuralNetConfiguration.Builder()
        .seed(SEED)
        .updater(new Adam(0.05))
        .weightInit(WeightInit.XAVIER)
        .list()
        .layer(new SimpleRnn.Builder().nOut(UNITS).activation(Activation.RELU).build())
        .layer(
            new RnnOutputLayer.Builder(LossFunction.MSE)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build())
        .setInputType(InputType.recurrent(1, STEPS))
        .build();
  }

  /** Pulses at one step in ten; the labels are the decaying sums of all previous pulses. */
  private static DataSet series(int count, Random random) {
    INDArray pulses = Nd4j.zeros(count, 1, STEPS);
    INDArray left = Nd4j.zeros(count, 1, STEPS);
    for (int example = 0; example < count; example++) {
      double sum = 0;
      for (int step = 0; step < STEPS; step++) {
        double pulse = random.nextDouble() < PULSES ? 2 * random.nextDouble() - 1 : 0;
        sum = KEPT * sum + pulse;
        pulses.putScalar(example, 0, step, pulse);
        left.putScalar(example, 0, step, sum);
      }
    }
    return new DataSet(pulses, left);
  }
}
