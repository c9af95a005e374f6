package dev.traininghealth.samples.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/** Reports the memory of the process while networks are trained in turn. */
public final class MemoryReport {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final int REPORT_INTERVAL = 10;

  /** 699,985 parameters. */
  private static final int LAYERS = 3;

  private static final int UNITS = 425;

  private final Mode mode;
  private final List<MemoryUse> uses;

  private MemoryReport(Mode mode, List<MemoryUse> uses) {
    this.mode = mode;
    this.uses = uses;
  }

  /**
   * Trains the networks.
   *
   * @param mode none, observing or protecting
   * @param progress receives the figures, line by line
   */
  public static MemoryReport of(
      String mode, int networks, int iterations, Consumer<String> progress) throws Exception {
    Mode watched = Mode.valueOf(mode.toUpperCase(Locale.ROOT));
    List<DataSet> minibatches = Workload.MLP3X256.minibatches();
    List<MemoryUse> uses = new ArrayList<>();
    for (int n = 1; n <= networks; n++) {
      train(watched, minibatches, iterations);
      if (n == 1 || n % REPORT_INTERVAL == 0 || n == networks) {
        MemoryUse use = MemoryUse.now(n);
        progress.accept(use.line());
        uses.add(use);
      }
    }
    return new MemoryReport(watched, uses);
  }

  private static void train(Mode mode, List<DataSet> minibatches, int iterations) throws Exception {
    TrainedNetwork network = Perceptrons.images(LAYERS, UNITS);
    TrainingListener listener = mode.listener(new InMemoryStatsStorage());
    if (listener != null) {
      network.watchThrough(listener);
    }
    for (int i = 0; i < iterations; i++) {
      network.fit(minibatches.get(i % minibatches.size()));
    }
    if (listener instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }

  /** Writes the figures as JSON, in bytes. */
  public void write(Path file) throws IOException {
    Files.write(file, JSON.writeValueAsBytes(Map.of("mode", mode.key(), "memory", uses)));
  }
}
