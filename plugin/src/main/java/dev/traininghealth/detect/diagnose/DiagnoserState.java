package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.statistics.RunHistory;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.List;
import java.util.Objects;

/**
 * Saves and restores the statistics of a run as plain numbers.
 *
 * <p>They contain the network's parameters, the history and each {@link
 * dev.traininghealth.numbers.Restorable} detector. Each detector has its own section, so that one
 * can be missing.
 */
final class DiagnoserState {
  private final RunHistory history;
  private final SavedNumbers network;

  DiagnoserState(RunHistory history) {
    this.history = history;
    this.network = network(history.layout());
  }

  SavedNumbers save(List<DetectorState> detectors) {
    SavedNumbers ofHistory = new SavedNumbers();
    history.save(ofHistory);
    SavedNumbers ofDetectors = new SavedNumbers();
    for (DetectorState detector : detectors) {
      SavedNumbers state = new SavedNumbers();
      if (detector.save(state)) {
        ofDetectors.put(unusedName(detector.name(), ofDetectors), state);
      }
    }
    return new SavedNumbers()
        .put("network", network)
        .put("history", ofHistory)
        .put("detectors", ofDetectors);
  }

  /**
   * {@return the name of a detector's section, with a number if several detectors have the same
   * name}
   */
  private static String unusedName(String name, SavedNumbers used) {
    String unused = name;
    for (int i = 2; used.has(unused); i++) {
      unused = name + " " + i;
    }
    return unused;
  }

  /**
   * Continues from saved numbers.
   *
   * @param detectors the detectors of the run; those that are not in the statistics or cannot use
   *     their numbers keep their state
   * @throws IllegalArgumentException if they are not statistics of such a network; nothing has
   *     changed then
   */
  void restore(SavedNumbers statistics, List<DetectorState> detectors) {
    Objects.requireNonNull(statistics, "statistics");
    SavedNumbers ofDetectors;
    SavedNumbers before = new SavedNumbers();
    history.save(before);
    try {
      checkNetwork(statistics.getSection("network"));
      ofDetectors = statistics.getSection("detectors");
      history.restore(statistics.getSection("history"));
    } catch (IllegalArgumentException e) {
      history.restore(before);
      throw new IllegalArgumentException(
          "These are not statistics of a run of this network from this version of the plugin: "
              + e.getMessage(),
          e);
    }
    SavedNumbers used = new SavedNumbers();
    for (DetectorState detector : detectors) {
      String name = unusedName(detector.name(), used);
      used.put(name, true);
      if (ofDetectors.has(name)) {
        detector.restore(ofDetectors, name);
      }
    }
  }

  private static SavedNumbers network(NetworkLayout layout) {
    SavedNumbers lengths = new SavedNumbers();
    for (NetworkLayout.Parameter p : layout.parameters()) {
      lengths.put(p.key(), p.length());
    }
    return new SavedNumbers().put("layers", layout.layers().size()).put("parameters", lengths);
  }

  /** Checks that layers and parameters agree. Statistics refer to them only by index. */
  private void checkNetwork(SavedNumbers saved) {
    SavedNumbers lengths = saved.getSection("parameters");
    SavedNumbers lengthsHere = network.getSection("parameters");
    List<String> keys = lengths.names();
    List<String> keysHere = lengthsHere.names();
    if (saved.getLong("layers") != network.getLong("layers") || keys.size() != keysHere.size()) {
      throw new IllegalArgumentException(
          "they are from a network with "
              + saved.getLong("layers")
              + " layers and "
              + keys.size()
              + " parameters, but this one has "
              + network.getLong("layers")
              + " and "
              + keysHere.size());
    }
    for (int i = 0; i < keys.size(); i++) {
      long length = lengths.getLong(keys.get(i));
      long lengthHere = lengthsHere.getLong(keysHere.get(i));
      if (!keys.get(i).equals(keysHere.get(i)) || length != lengthHere) {
        throw new IllegalArgumentException(
            "they are from a network with "
                + length
                + " elements in "
                + keys.get(i)
                + ", but this one has "
                + lengthHere
                + " in "
                + keysHere.get(i));
      }
    }
  }
}
