package dev.traininghealth.samples;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.samples.corpus.QuietDiagnoses;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.split.FileSplit;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.datavec.RecordReaderDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.common.io.ClassPathResource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.SplitTestAndTrain;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The shortest way to the Health page: a small network learns to classify three kinds of iris, and
 * a third of the way one flower in the training data loses a measurement, which is NaN from then
 * on. The network is trained twice on the same minibatches, without and with protection.
 *
 * <p>Both runs are bit-identical up to the broken flower. Then the unprotected network is NaN for
 * good. The protected one leaves out the minibatch with that flower, names its row, and learns from
 * all others.
 *
 * <p>What to look at: both are sessions of one page, and the last line of the console is the
 * address at which the page shows one beside the other.
 */
public final class Quickstart {
  private static final int SEED = 42;
  private static final int UNITS = 16;
  private static final int EPOCHS = 60;

  /** Flowers that the networks are trained on; the other 30 are held out. */
  private static final int TRAINED_ON = 120;

  private static final int MINIBATCH = 12;

  /** The flower whose measurement is lost, by its place in the training data. */
  private static final int BROKEN_ROW = 57;

  private static final String[] MEASUREMENTS = {
    "sepal length", "sepal width", "petal length", "petal width"
  };

  /** The measurement that is lost: of the four, the petal's length tells most. */
  private static final int BROKEN_COLUMN = 2;

  /** Number of lines that the console shows of the training. */
  private static final int LINES = 12;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: Quickstart [--epochs N] [--exit]
            --epochs N  epochs to train (default 60); data break after a third of them
            --exit      end after training, instead of serving the page until Ctrl-C""",
          Set.of("--epochs N", "--exit"),
          Quickstart::run);

  private Quickstart() {}

  /** Runs the sample; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    int epochs = arguments.count("--epochs").orElse(EPOCHS);

    // The page: DL4J's own server and storage.
    StatsStorage storage = new InMemoryStatsStorage();
    UIServer ui = UIServer.getInstance();
    ui.attach(storage);
    console.println("Open " + Sample.address(ui));

    // Data: 150 flowers with four measurements each.
    DataSet flowers = flowers();
    flowers.shuffle(SEED);
    SplitTestAndTrain split = flowers.splitTestAndTrain(TRAINED_ON);
    DataSet training = split.getTrain();
    INDArray centimeters = training.getFeatures().dup();
    DataSet heldOut = split.getTest();
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(training);
    normalizer.transform(training);
    normalizer.transform(heldOut);
    DataSet broken = training.copy();
    broken.getFeatures().putScalar(BROKEN_ROW, BROKEN_COLUMN, Float.NaN);
    centimeters.putScalar(BROKEN_ROW, BROKEN_COLUMN, Float.NaN);

    // Networks: as usual, with one additional listener each.
    Run unprotected = new Run("unprotected", TrainingHealthListener.builder(storage), heldOut);
    Run guarded =
        new Run("protected", TrainingHealthListener.builder(storage).protecting(), heldOut);

    // Training. Both would log the same diagnosis; it is printed once, at the end.
    console.printf(
        "Two equal networks learn to tell irises apart. After epoch %d the %s of one of %d flowers"
            + " is NaN.%n",
        epochs / 3, MEASUREMENTS[BROKEN_COLUMN], TRAINED_ON);
    try (QuietDiagnoses quiet = new QuietDiagnoses()) {
      quiet.start();
      console.println("epoch   unprotected    protected   (score of the latest minibatch)");
      for (int epoch = 1; epoch <= epochs; epoch++) {
        DataSet data = epoch <= epochs / 3 ? training : broken;
        unprotected.fit(data);
        guarded.fit(data);
        if (epoch % Math.max(1, epochs / LINES) == 0 || epoch == epochs) {
          console.printf(
              Locale.ROOT,
              "%5d  %12.4f  %11.4f%n",
              epoch,
              unprotected.network.score(),
              guarded.network.score());
        }
      }
      unprotected.health.close();
      guarded.health.close();
    }

    // Summary.
    printBrokenRow(guarded.health, centimeters, console);
    for (Run run : List.of(unprotected, guarded)) {
      console.printf("%n%s: %s%n", run.name, run.accuracy(heldOut));
      console.println(
          "  "
              + run.health.summary().toString().replace(". ", "." + System.lineSeparator() + "  "));
    }
    console.println();
    console.println(
        "Both beside each other: " + Sample.address(ui) + "?baseline=" + unprotected.name);
    Sample.finish(arguments, ui, console);
  }

  /** One of the two networks and its listener. */
  private static final class Run {
    final String name;
    final MultiLayerNetwork network = new MultiLayerNetwork(perceptron());
    final TrainingHealthListener health;

    Run(String name, TrainingHealthListenerBuilder builder, DataSet heldOut) {
      this.name = name;
      health = builder.sessionId(name).validationData(minibatches(heldOut)).build();
      network.init();
      network.addListeners(health);
    }

    void fit(DataSet data) {
      try {
        network.fit(minibatches(data));
      } catch (TrainingStoppedException e) {
        throw new IllegalStateException("one broken flower is no reason to stop", e);
      }
    }

    /** The share of flowers that the network recognizes, in words: DL4J refuses outputs of NaN. */
    String accuracy(DataSet data) {
      String of = " on " + data.numExamples() + " held-out flowers";
      return network.output(data.getFeatures()).isNaN().any()
          ? "no accuracy" + of + ", because each output is NaN"
          : String.format(
              Locale.ROOT,
              "accuracy%s %.0f%%",
              of,
              100 * network.evaluate(minibatches(data)).accuracy());
    }
  }

  private static DataSetIterator minibatches(DataSet data) {
    return new ListDataSetIterator<>(data.asList(), MINIBATCH);
  }

  /** Prints what the listener has found in the data, and the flower that it has named. */
  private static void printBrokenRow(
      TrainingHealthListener health, INDArray centimeters, PrintStream console) {
    Optional<Diagnosis> found =
        health.diagnoses().stream()
            .filter(d -> d.origin() != null && d.origin().isOfData())
            .findFirst();
    if (found.isEmpty()) {
      console.println("Nothing was found in the data.");
      return;
    }
    Diagnosis diagnosis = found.get();
    console.printf("Found at iteration %d: %s%n", diagnosis.iteration(), diagnosis.sentence());
    NonFiniteOrigin origin = diagnosis.origin();
    if (origin != null && !origin.examples().isEmpty()) {
      long minibatch = diagnosis.iteration() % (TRAINED_ON / MINIBATCH);
      int row = (int) minibatch * MINIBATCH + origin.examples().get(0);
      console.printf("  That is row %d of the training data: %s%n", row, flower(centimeters, row));
    }
    console.printf("  What to do: %s%n", diagnosis.remedies().get(0).advice());
  }

  private static String flower(INDArray centimeters, int row) {
    return IntStream.range(0, MEASUREMENTS.length)
        .mapToObj(
            i ->
                String.format(
                    Locale.ROOT, "%s %.1f cm", MEASUREMENTS[i], centimeters.getDouble(row, i)))
        .collect(Collectors.joining(", "));
  }

  /** Fisher's iris data from DL4J's jar; DL4J's own iterator over them would download them. */
  static DataSet flowers() throws Exception {
    try (RecordReader lines = new CSVRecordReader()) {
      lines.initialize(new FileSplit(new ClassPathResource("iris.dat").getTempFileFromArchive()));
      return new RecordReaderDataSetIterator(lines, 150, 4, 3).next();
    }
  }

  private static MultiLayerConfiguration perceptron() {
    return new NeuralNetConfiguration.Builder()
        .seed(SEED)
        .updater(new Adam(0.005))
        .weightInit(WeightInit.XAVIER)
        .l2(0.01)
        .activation(Activation.TANH)
        .list()
        .layer(new DenseLayer.Builder().nOut(UNITS).build())
        .layer(new DenseLayer.Builder().nOut(UNITS).build())
        .layer(
            new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.feedForward(4))
        .build();
  }
}
