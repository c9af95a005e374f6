package dev.traininghealth.samples;

import dev.traininghealth.TrainingHealthListener;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Trains a recurrent network of two LSTM layers to predict the next character of a text file, and
 * prints generated text now and then.
 *
 * <p>What to look at: gradients of recurrent networks explode easily, because the same <b>recurrent
 * weights</b> (RW) are multiplied once per step. The chart of <b>largest singular values</b> shows
 * how far they are above 1, and the <b>global gradient norm</b> shows the resulting spikes.
 */
public final class CharacterRnn {
  private static final int SEED = 7;
  private static final int UNITS = 96;
  private static final int MINIBATCH = 16;
  private static final int STEPS = 100;
  private static final int STEPS_BETWEEN_UPDATES = 50;
  private static final int EPOCHS = 30;
  private static final int WRITTEN = 100;
  private static final long BETWEEN_LINES = 2_000_000_000;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: CharacterRnn [FILE] [--epochs N] [--exit]
            FILE        any text in UTF-8 (default: this repository's LICENSE)
            --epochs N  epochs to train (default 30)
            --exit      end after training, instead of serving the page until Ctrl-C""",
          Set.of("FILE", "--epochs N", "--exit"),
          CharacterRnn::run);

  private CharacterRnn() {}

  /** Runs the sample; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    int epochs = arguments.count("--epochs").orElse(EPOCHS);
    Path file = file(arguments.operand());
    CharacterText text = CharacterText.read(file, STEPS + 1);
    console.println(
        file + ": " + text.length() + " characters out of " + text.alphabetSize() + " letters");
    List<DataSet> minibatches = text.minibatches(MINIBATCH, STEPS, SEED);

    MultiLayerNetwork network = new MultiLayerNetwork(recurrent(text.alphabetSize()));
    network.init();

    StatsStorage storage = new InMemoryStatsStorage();
    UIServer ui = UIServer.getInstance();
    ui.attach(storage);
    TrainingHealthListener health = TrainingHealthListener.observing(storage);
    network.addListeners(health);
    console.println("Open " + Sample.address(ui));

    Random random = new Random(SEED);
    long nextLine = System.nanoTime();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      network.fit(new ExistingDataSetIterator(minibatches));
      if (System.nanoTime() >= nextLine || epoch == epochs) {
        console.printf(
            Locale.ROOT,
            "epoch %3d of %d   score %7.2f   \"%s\"%n",
            epoch,
            epochs,
            network.score(),
            write(network, text, random));
        nextLine = System.nanoTime() + BETWEEN_LINES;
      }
    }
    health.close();
    Sample.finish(arguments, ui, console);
  }

  private static MultiLayerConfiguration recurrent(int letters) {
    return new NeuralNetConfiguration.Builder()
        .seed(SEED)
        .updater(new Adam(5e-3))
        .weightInit(WeightInit.XAVIER)
        .list()
        .layer(new LSTM.Builder().nOut(UNITS).activation(Activation.TANH).build())
        .layer(new LSTM.Builder().nOut(UNITS).activation(Activation.TANH).build())
        .layer(
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nOut(letters)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.recurrent(letters))
        .backpropType(BackpropType.TruncatedBPTT)
        .tBPTTLength(STEPS_BETWEEN_UPDATES)
        .build();
  }

  /** Generates text from the first character on, by drawing from the predicted probabilities. */
  private static String write(MultiLayerNetwork network, CharacterText text, Random random) {
    StringBuilder written = new StringBuilder();
    network.rnnClearPreviousState();
    int letter = text.letterAt(0);
    for (int i = 0; i < WRITTEN; i++) {
      written.append(text.character(letter));
      INDArray input = Nd4j.zeros(1, text.alphabetSize());
      input.putScalar(0, letter, 1);
      letter = draw(network.rnnTimeStep(input).toDoubleVector(), random);
    }
    network.rnnClearPreviousState();
    return written.toString().strip().replaceAll("\\s+", " ");
  }

  private static int draw(double[] probabilities, Random random) {
    double left = random.nextDouble();
    int i = 0;
    while (i < probabilities.length - 1 && (left -= probabilities[i]) > 0) {
      i++;
    }
    return i;
  }

  /** The given file, or the repository's LICENSE, found from its root or from a module. */
  private static Path file(@Nullable String asked) throws Failure {
    if (asked != null) {
      return Path.of(asked);
    }
    for (Path license : List.of(Path.of("LICENSE"), Path.of("..", "LICENSE"))) {
      if (Files.isRegularFile(license)) {
        return license;
      }
    }
    throw Failure.of(
        "No LICENSE in "
            + Path.of("").toAbsolutePath()
            + ": run this from the root of the repository, or name a text file");
  }
}
