package dev.traininghealth.samples;

import dev.traininghealth.TrainingHealthListener;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Set;
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
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.SplitTestAndTrain;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The shortest way to the Health page: a perceptron of twelve layers learns to classify three kinds
 * of iris. The browser shows its gradients, weights and updates meanwhile.
 *
 * <p>What to look at: the <b>heatmap</b> of gradients shows how evenly the signal reaches the first
 * layers. The <b>depth profile</b> under the cursor would slope if the gradient vanished. The
 * <b>validation score</b> beside the training score turns upwards when the network begins to
 * overfit.
 */
public final class Quickstart {
  private static final int SEED = 42;
  private static final int HIDDEN_LAYERS = 11;
  private static final int UNITS = 48;
  private static final int EPOCHS = 400;
  private static final long SECOND = 1_000_000_000;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: Quickstart [--epochs N] [--exit]
            --epochs N  epochs to train (default 400)
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

    // Data: 150 flowers with four measurements each; 30 of them are kept for validation.
    DataSet flowers = flowers();
    flowers.shuffle(SEED);
    SplitTestAndTrain split = flowers.splitTestAndTrain(120);
    DataSet training = split.getTrain();
    DataSet validation = split.getTest();
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(training);
    normalizer.transform(training);
    normalizer.transform(validation);

    // Network: as usual.
    MultiLayerNetwork network = new MultiLayerNetwork(deepPerceptron());
    network.init();

    // The page: DL4J's own server and storage, and one additional listener.
    StatsStorage storage = new InMemoryStatsStorage();
    UIServer ui = UIServer.getInstance();
    ui.attach(storage);
    TrainingHealthListener health = TrainingHealthListener.observing(storage);
    network.addListeners(health);
    console.println("Open " + Sample.address(ui));

    // Training.
    DataSetIterator minibatches = new ListDataSetIterator<>(training.asList(), 12);
    long nextLine = System.nanoTime();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      network.fit(minibatches);
      double validationScore = network.score(validation);
      health.recordValidationScore(network, validationScore);
      if (System.nanoTime() >= nextLine || epoch == epochs) {
        console.printf(
            Locale.ROOT,
            "epoch %4d of %d   score %.4f   validation score %.4f%n",
            epoch,
            epochs,
            network.score(),
            validationScore);
        nextLine = System.nanoTime() + SECOND;
      }
    }
    health.close();

    double accuracy =
        network.evaluate(new ListDataSetIterator<>(validation.asList(), 30)).accuracy();
    console.printf(Locale.ROOT, "accuracy on unseen flowers: %.0f%%%n", 100 * accuracy);
    Sample.finish(arguments, ui, console);
  }

  /** Fisher's iris data from DL4J's jar; DL4J's own iterator over them would download them. */
  static DataSet flowers() throws Exception {
    try (RecordReader lines = new CSVRecordReader()) {
      lines.initialize(new FileSplit(new ClassPathResource("iris.dat").getTempFileFromArchive()));
      return new RecordReaderDataSetIterator(lines, 150, 4, 3).next();
    }
  }

  private static MultiLayerConfiguration deepPerceptron() {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(SEED)
            .updater(new Adam(1e-4))
            .weightInit(WeightInit.XAVIER)
            .activation(Activation.TANH)
            .list();
    for (int i = 0; i < HIDDEN_LAYERS; i++) {
      layers.layer(new DenseLayer.Builder().nOut(UNITS).build());
    }
    return layers
        .layer(
            new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.feedForward(4))
        .build();
  }
}
