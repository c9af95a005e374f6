package dev.traininghealth.samples.corpus;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.samples.corpus.HealthyResult.Learned;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.function.Consumer;
import org.deeplearning4j.datasets.iterator.AsyncShieldDataSetIterator;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Trains healthy networks for long: every alarm is a false one. */
public final class HealthyTraining {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Iterations per epoch, so that callbacks at the ends of epochs occur. */
  private static final int EPOCH = 1000;

  private static final int TEST_EXAMPLES = 1000;

  private HealthyTraining() {}

  /**
   * Trains the networks.
   *
   * @param only name of the one network to train, or null for all
   * @param seeds runs of each network, with the seeds from 1 on
   * @param iterations of each run
   * @param out the output file, with a line of JSON per run; its previous content is lost
   * @param progress receives a line for each run as it ends
   * @return a table in Markdown
   * @throws CorpusException if there is no network of that name
   */
  public static String run(
      @Nullable String only, int seeds, int iterations, Path out, Consumer<String> progress)
      throws CorpusException, IOException {
    List<HealthyNetwork> networks = networks(only);
    List<HealthyResult> results = new ArrayList<>();
    try (BufferedWriter lines = Files.newBufferedWriter(out);
        QuietDiagnoses quiet = new QuietDiagnoses()) {
      quiet.start();
      for (HealthyNetwork network : networks) {
        for (int seed = 1; seed <= seeds; seed++) {
          HealthyResult result = train(network, seed, iterations);
          lines.write(JSON.writeValueAsString(result.json()));
          lines.write('\n');
          lines.flush();
          results.add(result);
          progress.accept(
              String.format(
                  Locale.ROOT,
                  "%s seed %d: %d iterations in %.0f s, %s",
                  network.key(),
                  seed,
                  result.iterations(),
                  result.seconds(),
                  RunResult.diagnosisText(result.diagnoses())));
        }
      }
    }
    return HealthyResult.table(results);
  }

  private static List<HealthyNetwork> networks(@Nullable String only) throws CorpusException {
    List<HealthyNetwork> all = List.of(HealthyNetwork.values());
    if (only == null) {
      return all;
    }
    List<HealthyNetwork> chosen = all.stream().filter(n -> n.key().equals(only)).toList();
    if (chosen.isEmpty()) {
      throw new CorpusException(
          "--only must be one of "
              + all.stream().map(HealthyNetwork::key).toList()
              + ", was "
              + only);
    }
    return chosen;
  }

  private static HealthyResult train(HealthyNetwork healthy, int seed, int iterations) {
    Random random = new Random(seed);
    ExampleStream stream = healthy.stream(random);
    DataSet test = stream.minibatch(TEST_EXAMPLES);
    Examples examples = new Examples(test.getFeatures(), test.getLabels());
    MultiLayerNetwork network = healthy.network(seed);
    Evaluation evaluation = new Evaluation(network);
    Learned before = learned(evaluation, examples);
    List<Diagnosis> diagnoses;
    long start = System.nanoTime();
    double seconds;
    try (TrainingHealthListener health =
        WatchMode.OBSERVING.listener(new InMemoryStatsStorage(), null)) {
      network.setListeners(health);
      while (network.getIterationCount() < iterations) {
        int end = Math.min(network.getIterationCount() + EPOCH, iterations);
        Minibatches epoch = new Minibatches(healthy, stream, random, network, end);
        network.fit(new AsyncShieldDataSetIterator(new ExistingDataSetIterator(epoch)));
      }
      seconds = (System.nanoTime() - start) / 1e9;
      diagnoses = health.diagnoses();
    }
    network.setListeners();
    long run = network.getIterationCount();
    return new HealthyResult(
        healthy, seed, run, seconds, diagnoses, before, learned(evaluation, examples));
  }

  private static Learned learned(Evaluation evaluation, Examples examples) {
    return new Learned(evaluation.score(examples), evaluation.accuracy(examples));
  }

  /**
   * Minibatches of changing size, until the network has reached an iteration. A minibatch may take
   * several iterations.
   */
  private record Minibatches(
      HealthyNetwork healthy,
      ExampleStream stream,
      Random random,
      MultiLayerNetwork network,
      int end)
      implements Iterator<DataSet> {
    @Override
    public boolean hasNext() {
      return network.getIterationCount() < end;
    }

    @Override
    public DataSet next() {
      if (!hasNext()) {
        throw new NoSuchElementException("The network is at iteration " + end);
      }
      return stream.minibatch(healthy.batch(random));
    }
  }
}
