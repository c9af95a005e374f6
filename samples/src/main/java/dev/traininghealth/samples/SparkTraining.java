package dev.traininghealth.samples;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.run.TrainingRun;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.SplitTestAndTrain;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Training on Spark with parameter averaging: two workers learn Iris, and one of them gets a
 * minibatch of NaN. Its step is skipped there. The driver's listener and the page name the worker,
 * and the averaged network learns.
 *
 * <p>Spark runs in this program, as {@code local[2]}. On a cluster, the same two lines attach the
 * listener: its {@code sparkRouter()} brings to the driver what the workers find.
 */
public final class SparkTraining {
  static final int WORKERS = 2;
  static final int BATCH = 12;
  static final int AVERAGING_FREQUENCY = 5;
  private static final int SEED = 42;
  private static final int EPOCHS = 40;
  private static final int POISONED_EPOCH = 5;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: SparkTraining [--epochs N] [--exit]
            --epochs N  epochs to train (default 40)
            --exit      end after training, instead of serving the page until Ctrl-C
          Needs Spark on the class path: -Dexec.classpathScope=compile.""",
          Set.of("--epochs N", "--exit"),
          SparkTraining::run);

  private SparkTraining() {}

  /** Runs the sample; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    int epochs = arguments.count("--epochs").orElse(EPOCHS);
    List<DataSet> training = new ArrayList<>();
    DataSet unseen = split(training);

    StatsStorage storage = new InMemoryStatsStorage();
    UIServer ui = UIServer.getInstance();
    ui.attach(storage);
    console.println("Open " + Sample.address(ui));
    try (JavaSparkContext spark = new JavaSparkContext(local())) {
      SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, perceptron(), master());

      // The storage is in memory at the driver; the router brings the workers' records there.
      TrainingHealthListener health = TrainingHealthListener.protecting(storage);
      network.setListeners(health.sparkRouter(), health);

      for (int epoch = 1; epoch <= epochs; epoch++) {
        List<DataSet> minibatches = epoch == POISONED_EPOCH ? withOneOfNaN(training) : training;
        network.fit(spark.parallelize(minibatches, WORKERS));
        if (epoch % 10 == 0 || epoch == epochs) {
          console.printf(
              Locale.ROOT, "epoch %4d of %d   score %.4f%n", epoch, epochs, network.getScore());
        }
      }
      health.close();
      report(health, console);
      double accuracy =
          network.getNetwork().evaluate(new ListDataSetIterator<>(unseen.asList(), 30)).accuracy();
      console.printf(Locale.ROOT, "accuracy on unseen flowers: %.0f%%%n", 100 * accuracy);
    }
    Sample.finish(arguments, ui, console);
  }

  private static void report(TrainingHealthListener health, PrintStream console) {
    for (TrainingRun run : health.runs()) {
      console.println("worker " + run.workerId() + ": " + run.summary());
    }
    for (Diagnosis diagnosis : health.diagnoses()) {
      console.println("iteration " + diagnosis.iteration() + ": " + diagnosis.sentence());
    }
    for (Intervention intervention : health.interventions()) {
      console.println("iteration " + intervention.iteration() + ": " + intervention.action());
    }
  }

  /** Fills a list with minibatches of 120 flowers, and returns the other 30. */
  static DataSet split(List<DataSet> minibatches) throws Exception {
    DataSet flowers = Quickstart.flowers();
    flowers.shuffle(SEED);
    SplitTestAndTrain split = flowers.splitTestAndTrain(120);
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(split.getTrain());
    normalizer.transform(split.getTrain());
    normalizer.transform(split.getTest());
    minibatches.addAll(split.getTrain().batchBy(BATCH));
    return split.getTest();
  }

  /** {@return the minibatches, one of them with a flower of NaN} */
  static List<DataSet> withOneOfNaN(List<DataSet> minibatches) {
    List<DataSet> poisoned = new ArrayList<>(minibatches);
    DataSet bad = minibatches.get(3).copy();
    bad.getFeatures().getRow(7).assign(Float.NaN);
    poisoned.set(3, bad);
    return poisoned;
  }

  /** {@return Spark in this program, with a thread for each worker} */
  static SparkConf local() {
    return new SparkConf()
        .setMaster("local[" + WORKERS + "]")
        .setAppName("Training Health")
        .set("spark.driver.host", "localhost")
        .set("spark.io.compression.codec", "snappy") // DL4J brings an LZ4 that is too old for Spark
        .set("spark.ui.enabled", "false");
  }

  /** {@return averaging after every five minibatches of a worker} */
  static TrainingMaster<?, ?> master() {
    return new ParameterAveragingTrainingMaster.Builder(WORKERS, BATCH)
        .batchSizePerWorker(BATCH)
        .averagingFrequency(AVERAGING_FREQUENCY)
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .rngSeed(SEED)
        .build();
  }

  static MultiLayerConfiguration perceptron() {
    return new NeuralNetConfiguration.Builder()
        .seed(SEED)
        .updater(new Adam(1e-2))
        .weightInit(WeightInit.XAVIER)
        .activation(Activation.TANH)
        .list()
        .layer(new DenseLayer.Builder().nOut(16).build())
        .layer(
            new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.feedForward(4))
        .build();
  }
}
