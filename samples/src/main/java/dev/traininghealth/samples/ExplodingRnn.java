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
 * A recurrent network on series of five hundred steps, twice, side by side: unprotected its score
 * is NaN after some ten iterations, for good; protected it goes back to before, on with a smaller
 * learning rate, and learns.
 *
 * <p>It is to remember pulses that come at random and fade by a tenth a step. A learning rate that
 * a network without recurrence would bear takes its recurrent weights to where a signal grows at
 * every step, and there five hundred steps are enough for any overflow.
 *
 * <p>What to look at: both are workers of one session. The <b>global gradient norm</b> and the
 * <b>largest singular value</b> of the recurrent weights (RW) tell the end of the unprotected one
 * before its score does.
 */
public final class ExplodingRnn {
  private static final int SEED = 5;
  private static final int UNITS = 24;
  private static final int STEPS = 500;
  private static final int MINIBATCH = 8;
  private static final int ITERATIONS = 150;
  private static final int TEST_SERIES = 64;

  /** How often a line is told where nothing happens. */
  private static final int EVERY = 10;

  private static final double PULSES = 0.1;
  private static final double KEPT = 0.9;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: ExplodingRnn [--iterations N] [--exit]
            --iterations N  of both networks, 150 unless told; the trouble begins at about 10
            --exit          end after the training, instead of serving the page until Ctrl-C""",
          Set.of("--iterations N", "--exit"),
          ExplodingRnn::tell);

  private ExplodingRnn() {}

  /** Runs the sample; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void tell(Arguments arguments, PrintStream console) throws Exception {
    int iterations = arguments.count("--iterations").orElse(ITERATIONS);
    StatsStorage storage = new InMemoryStatsStorage();
    UIServer ui = UIServer.getInstance();
    ui.attach(storage);
    console.println("Open " + Sample.address(ui));

    var builder = TrainingHealthListener.builder(storage).sessionId("exploding-rnn");
    Run unprotected = new Run(builder.workerId("unprotected").build());
    Run guarded = new Run(builder.workerId("protected").protecting().build());
    try (QuietDiagnoses quiet = new QuietDiagnoses()) {
      quiet.start(); // both would speak at once; what they say is told below
      train(unprotected, guarded, iterations, console);
    }
    DataSet test = series(TEST_SERIES, new Random(SEED + 1));
    double squares = test.getLabels().mul(test.getLabels()).sumNumber().doubleValue();
    console.printf(
        Locale.ROOT, "Who always answered 0 would have a score of %.4g.%n", squares / TEST_SERIES);
    tellOfEnd("unprotected", unprotected, test, console);
    tellOfEnd("protected", guarded, test, console);
    Sample.finish(arguments, ui, console);
  }

  /** Both on the same minibatches, each iteration of one beside that of the other. */
  private static void train(Run unprotected, Run guarded, int iterations, PrintStream console) {
    Random random = new Random(SEED);
    console.println("iteration  unprotected    protected");
    for (int i = 0; i < iterations; i++) {
      DataSet minibatch = series(MINIBATCH, random);
      unprotected.fit(minibatch);
      guarded.fit(minibatch);
      String found = unprotected.news();
      String done = guarded.news();
      boolean eventful = !found.isEmpty() || !done.isEmpty();
      if (eventful || i % EVERY == 0 || i == iterations - 1) {
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

  private static void tellOfEnd(String name, Run run, DataSet test, PrintStream console) {
    console.printf(
        Locale.ROOT,
        "%s: score on series it has not seen %.4g%n  %s%n",
        name,
        run.network.score(test),
        run.health.summary());
    run.health.close();
  }

  /** One of the two. */
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
        stopped = true; // told as an intervention, too
      }
    }

    /** What was found and done since it was asked last, in short. */
    String news() {
      List<String> news = new ArrayList<>();
      for (Diagnosis d : health.diagnoses()) {
        if (d.id() > diagnosed && d.isAlarm() && !news.contains(d.problem().name())) {
          news.add(d.problem().name());
        }
      }
      for (Diagnosis d : health.diagnoses()) {
        diagnosed = Math.max(diagnosed, d.id());
      }
      for (Intervention i : health.interventions()) {
        if (i.id() > intervened) {
          intervened = i.id();
          news.add(words(i));
        }
      }
      return String.join(", ", news);
    }
  }

  private static String words(Intervention i) {
    return switch (i.kind()) {
      case SKIP -> "step skipped";
      case CLIP ->
          String.format(Locale.ROOT, "gradient clipped from %.2g to %.2g", i.before(), i.after());
      case LOWER_LEARNING_RATE, RAISE_LEARNING_RATE ->
          String.format(Locale.ROOT, "learning rate × %.3g", i.after());
      case ROLLBACK ->
          i.snapshotIteration() < 0
              ? "set back to the start"
              : "set back to iteration " + i.snapshotIteration();
      case STOP -> "stopped: " + i.reason();
      case TRIAL -> "tried: " + i.reason();
    };
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

  /** Pulses at one step in ten, and at each step what is left of all that have been. */
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
