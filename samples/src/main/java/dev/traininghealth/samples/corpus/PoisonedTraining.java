package dev.traininghealth.samples.corpus;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.samples.corpus.PoisonedResult.Mode;
import dev.traininghealth.samples.corpus.RunResult.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.deeplearning4j.datasets.iterator.AsyncShieldDataSetIterator;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/** Runs the same training three times: on clean data, with broken minibatches, and protected. */
public final class PoisonedTraining {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final int MINIBATCH = 16;
  private static final int TEST_IMAGES = 3000;

  /** One minibatch in this many is poisoned. */
  private static final int ONE_IN = 100;

  /** Separates these random numbers from those of the images and the network. */
  private static final long POISON = 0x9E3779B97F4A7C15L;

  private static final long TEST = 0x5851F42D4C957F2DL;

  private final int seed;
  private final int iterations;
  private final NavigableSet<Integer> poisoned;

  private PoisonedTraining(int seed, int iterations) {
    this.seed = seed;
    this.iterations = iterations;
    poisoned = new TreeSet<>();
    new Random(seed ^ POISON)
        .ints(0, iterations)
        .distinct()
        .limit(iterations / ONE_IN)
        .forEach(poisoned::add);
  }

  /**
   * Trains with each seed in each mode.
   *
   * @param seeds number of seeds, from 1 on
   * @param iterations of each run, at least 100; one in a hundred is poisoned
   * @param out the output file for the figures, as JSON
   * @param progress receives a line for each run as it ends
   * @return a table in Markdown, and a conclusion
   */
  public static String run(int seeds, int iterations, Path out, Consumer<String> progress)
      throws IOException {
    List<PoisonedResult> results = new ArrayList<>();
    try (QuietDiagnoses quiet = new QuietDiagnoses()) {
      quiet.start();
      for (int seed = 1; seed <= seeds; seed++) {
        PoisonedTraining training = new PoisonedTraining(seed, iterations);
        for (Mode mode : Mode.values()) {
          PoisonedResult result = training.run(mode);
          results.add(result);
          progress.accept(result.line());
        }
      }
    }
    Files.write(out, JSON.writeValueAsBytes(PoisonedResult.json(results)));
    return PoisonedResult.table(results);
  }

  private PoisonedResult run(Mode mode) {
    MultiLayerNetwork network = leNet(seed);
    NavigableSet<Integer> broken = mode == Mode.CLEAN ? new TreeSet<>() : poisoned;
    Minibatches minibatches =
        new Minibatches(new DrawnDigits(new Random(seed)), broken, iterations);
    End end = End.ITERATIONS;
    List<Intervention> interventions = List.of();
    long start = System.nanoTime();
    double seconds;
    if (mode == Mode.PROTECTED) {
      try (TrainingHealthListener health =
          TrainingHealthListener.protecting(new InMemoryStatsStorage())) {
        network.setListeners(health);
        end = fit(network, minibatches);
        seconds = (System.nanoTime() - start) / 1e9;
        interventions = health.interventions();
      }
      network.setListeners();
    } else {
      end = fit(network, minibatches);
      seconds = (System.nanoTime() - start) / 1e9;
    }
    DataSet test = new DrawnDigits(new Random(seed ^ TEST)).minibatch(TEST_IMAGES);
    double accuracy =
        new Evaluation(network).accuracy(new Examples(test.getFeatures(), test.getLabels()));
    return new PoisonedResult(
        mode, seed, network.getIterationCount(), end, broken, interventions, accuracy, seconds);
  }

  private static End fit(MultiLayerNetwork network, Minibatches minibatches) {
    try {
      network.fit(new AsyncShieldDataSetIterator(new ExistingDataSetIterator(minibatches)));
      return End.ITERATIONS;
    } catch (TrainingStoppedException e) {
      return End.STOPPED;
    }
  }

  private static MultiLayerNetwork leNet(int seed) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .weightInit(WeightInit.RELU)
                .activation(Activation.RELU)
                .updater(new Adam(1e-3))
                .list()
                .layer(new ConvolutionLayer.Builder(5, 5).nOut(6).build())
                .layer(pooling())
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(16).build())
                .layer(pooling())
                .layer(new DenseLayer.Builder().nOut(64).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(ExampleStream.CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(
                    InputType.convolutionalFlat(DrawnDigits.PIXELS, DrawnDigits.PIXELS, 1))
                .build());
    network.init();
    return network;
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  /** One minibatch per iteration; in broken ones the pixels of one image are NaN. */
  private static final class Minibatches implements Iterator<DataSet> {
    private final DrawnDigits digits;
    private final NavigableSet<Integer> broken;
    private final int count;
    private int next;

    Minibatches(DrawnDigits digits, NavigableSet<Integer> broken, int count) {
      this.digits = digits;
      this.broken = broken;
      this.count = count;
    }

    @Override
    public boolean hasNext() {
      return next < count;
    }

    @Override
    public DataSet next() {
      if (!hasNext()) {
        throw new NoSuchElementException("All " + count + " minibatches have been given out");
      }
      DataSet minibatch = digits.minibatch(MINIBATCH);
      if (broken.contains(next)) {
        minibatch.getFeatures().getRow(next % MINIBATCH).assign(Double.NaN);
      }
      next++;
      return minibatch;
    }
  }
}
