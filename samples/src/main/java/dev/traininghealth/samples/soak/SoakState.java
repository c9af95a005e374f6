package dev.traininghealth.samples.soak;

import dev.traininghealth.TrainingHealthListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * The folder beside the output file, from which an interrupted run continues: the network, what the
 * listener has learned, the rows so far, and the storage's files.
 */
final class SoakState {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final List<ResourceUse> rows = new ArrayList<>();
  private int process = 1;

  private SoakState(Path folder) {
    this.folder = folder;
  }

  /** An empty state, for a run from the start; an earlier one is deleted. */
  static SoakState empty(Path folder) throws IOException {
    SoakState state = new SoakState(folder);
    Files.createDirectories(state.storageFolder());
    Files.deleteIfExists(state.progressFile());
    Files.deleteIfExists(state.networkFile());
    Files.deleteIfExists(state.listenerFile());
    try (Stream<Path> files = Files.list(state.storageFolder())) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    return state;
  }

  /**
   * Reads the state of an interrupted run, for the next process.
   *
   * @return null if there is none
   */
  static @Nullable SoakState read(Path folder) throws IOException {
    SoakState state = new SoakState(folder);
    if (!Files.exists(state.progressFile())) {
      return null;
    }
    JsonNode progress = JSON.readTree(state.progressFile().toFile());
    for (JsonNode row : progress.get("rows")) {
      state.rows.add(JSON.treeToValue(row, ResourceUse.class));
    }
    state.process = progress.get("process").asInt() + 1;
    return state;
  }

  /** Saves everything, between two iterations. */
  void save(MultiLayerNetwork network, TrainingHealthListener listener) throws IOException {
    ModelSerializer.writeModel(network, networkFile().toFile(), true);
    listener.save(listenerFile());
    Path written = folder.resolve("progress.tmp");
    Files.write(written, JSON.writeValueAsBytes(Map.of("rows", rows, "process", process)));
    Files.move(written, progressFile(), StandardCopyOption.REPLACE_EXISTING);
  }

  /** The saved network, with its updater state and iteration count. */
  MultiLayerNetwork network() throws IOException {
    return ModelSerializer.restoreMultiLayerNetwork(networkFile().toFile(), true);
  }

  List<ResourceUse> rows() {
    return rows;
  }

  /** Number of the process that trains, 1 at first. */
  int process() {
    return process;
  }

  /** Iterations up to which the run is saved. */
  int iterations() {
    return rows.isEmpty() ? 0 : rows.get(rows.size() - 1).iteration();
  }

  /** Interventions of all processes up to there. */
  long interventions() {
    return rows.isEmpty() ? 0 : rows.get(rows.size() - 1).interventions();
  }

  Path storageFolder() {
    return folder.resolve("storage");
  }

  Path listenerFile() {
    return folder.resolve("listener.health");
  }

  private Path networkFile() {
    return folder.resolve("network.zip");
  }

  private Path progressFile() {
    return folder.resolve("progress.json");
  }
}
