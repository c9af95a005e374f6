package dev.traininghealth.detect;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Statistics of a run as bytes: a version, the history, then each detector that can be serialised
 * with its name. Only classes that are already part of the run are read back.
 */
final class DiagnosisStatistics {
  private static final int VERSION = 1;

  /** Far more than any network's statistics hold. */
  private static final String LIMITS = "maxdepth=20;maxarray=1000000;maxrefs=1000000;";

  private DiagnosisStatistics() {}

  static byte[] save(History history, List<Detector> detectors) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeInt(VERSION);
      history.save(out);
      List<Detector> saved = detectors.stream().filter(d -> d instanceof Serializable).toList();
      out.writeInt(saved.size());
      for (Detector detector : saved) {
        out.writeUTF(detector.name());
        out.writeObject(detector);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The statistics of the run cannot be written", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads them into a history.
   *
   * @param detectors those of the run; what is not among the statistics stays as it is
   * @return a detector in the place of each
   * @throws IllegalArgumentException if the bytes are no statistics of such a run
   */
  static List<Detector> restore(byte[] statistics, History history, List<Detector> detectors) {
    byte[] before = save(history, List.of());
    try {
      return read(statistics, history, detectors);
    } catch (IOException | ClassNotFoundException | RuntimeException e) {
      try {
        read(before, history, List.of());
      } catch (IOException | ClassNotFoundException impossible) {
        e.addSuppressed(impossible);
      }
      throw new IllegalArgumentException(
          "These "
              + statistics.length
              + " bytes are no statistics of such a run by this version of the plugin: "
              + e.getMessage(),
          e);
    }
  }

  private static List<Detector> read(byte[] bytes, History history, List<Detector> detectors)
      throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      in.setObjectInputFilter(filter(detectors));
      int version = in.readInt();
      if (version != VERSION) {
        throw new IOException("version " + version + " is not " + VERSION);
      }
      history.restore(in);
      List<Detector> restored = new ArrayList<>(detectors);
      for (int n = in.readInt(); n > 0; n--) {
        String name = in.readUTF();
        Object detector = in.readObject();
        for (int i = 0; i < restored.size(); i++) {
          if (restored.get(i).name().equals(name)
              && restored.get(i).getClass().isInstance(detector)) {
            restored.set(i, (Detector) detector);
          }
        }
      }
      return restored;
    }
  }

  private static ObjectInputFilter filter(List<Detector> detectors) {
    StringBuilder pattern = new StringBuilder(LIMITS);
    detectors.forEach(d -> pattern.append(d.getClass().getName()).append(';'));
    return ObjectInputFilter.Config.createFilter(
        pattern + "dev.traininghealth.**;java.lang.*;java.util.*;!*");
  }
}
