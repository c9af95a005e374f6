package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.statistics.RunHistory;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.List;
import java.util.Objects;

/**
 * Statistics of a run as plain numbers: the network's parameters, the history, then each detector
 * that is {@link dev.traininghealth.numbers.Restorable}, in a section of its own name, so that one
 * can be left out.
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

  /** Detectors of the same name are told apart by their order. */
  private static String unusedName(String name, SavedNumbers used) {
    String unused = name;
    for (int i = 2; used.has(unused); i++) {
      unused = name + " " + i;
    }
    return unused;
  }

  /**
   * Goes on from saved numbers.
   *
   * @param detectors those of the run; what is not among the statistics stays as it is, and so does
   *     one that cannot use its numbers
   * @throws IllegalArgumentException if they are no statistics of such a network; nothing has been
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
          "These are no statistics of a run of this network by this version of the plugin: "
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

  /** What belongs to a layer or parameter is found by its index alone, so that all must agree. */
  private void checkNetwork(SavedNumbers saved) {
    SavedNumbers lengths = saved.getSection("parameters");
    SavedNumbers lengthsHere = network.getSection("parameters");
    List<String> keys = lengths.names();
    List<String> keysHere = lengthsHere.names();
    if (saved.getLong("layers") != network.getLong("layers") || keys.size() != keysHere.size()) {
      throw new IllegalArgumentException(
          "they are of one with "
              + saved.getLong("layers")
              + " layers and "
              + keys.size()
              + " parameters, this one has "
              + network.getLong("layers")
              + " and "
              + keysHere.size());
    }
    for (int i = 0; i < keys.size(); i++) {
      long length = lengths.getLong(keys.get(i));
      long lengthHere = lengthsHere.getLong(keysHere.get(i));
      if (!keys.get(i).equals(keysHere.get(i)) || length != lengthHere) {
        throw new IllegalArgumentException(
            "they are of one with "
                + length
                + " elements in "
                + keys.get(i)
                + ", this one has "
                + lengthHere
                + " in "
                + keysHere.get(i));
      }
    }
  }
}
