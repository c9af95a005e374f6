package dev.traininghealth.detect;

import dev.traininghealth.measure.NetworkLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Statistics of a run as bytes: a mark and a version, the network's parameters, the history, then
 * each detector that can be serialised, with its name and class. History and detectors are {@link
 * DetectorState sections of their own}, so that one can be left out.
 */
final class DiagnosisStatistics {
  private static final Logger log = LoggerFactory.getLogger(DiagnosisStatistics.class);

  /** The first bytes, "DTHS". */
  private static final int MARK = 0x44_54_48_53;

  private static final int VERSION = 1;

  private final History history;

  /** Names of detectors whose state cannot be written, which has been told. */
  private final Set<String> told = new HashSet<>();

  DiagnosisStatistics(History history) {
    this.history = history;
  }

  byte[] save(List<Detector> detectors) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MARK);
      out.writeInt(VERSION);
      writeNetwork(out);
      ByteArrayOutputStream section = new ByteArrayOutputStream(8192);
      try (ObjectOutputStream objects = DetectorState.writer(section, History.class)) {
        history.save(objects);
      }
      out.writeInt(section.size());
      section.writeTo(out);
      for (Detector detector : detectors) {
        byte[] state = detector instanceof Serializable ? state(detector) : new byte[0];
        if (state.length > 0) {
          out.writeBoolean(true);
          out.writeUTF(name(detector));
          out.writeUTF(detector.getClass().getName());
          out.writeInt(state.length);
          out.write(state);
        }
      }
      out.writeBoolean(false); // no more of them
    } catch (IOException e) {
      throw new UncheckedIOException("The statistics of the run cannot be written", e);
    }
    return bytes.toByteArray();
  }

  /** The class stands for a detector of the user's that does not know its name any more. */
  private static String name(Detector detector) {
    try {
      return Objects.requireNonNull(detector.name());
    } catch (Throwable e) {
      return detector.getClass().getName();
    }
  }

  /** Empty where the detector holds what cannot be written, or must not be read back. */
  private byte[] state(Detector detector) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = DetectorState.writer(bytes, detector.getClass())) {
      out.writeObject(detector);
    } catch (Throwable e) { // whatever a user's class throws
      if (told.add(name(detector))) {
        log.warn(
            "The state of detector {} cannot be saved with the statistics of the run, which go"
                + " without it",
            name(detector),
            e);
      } else {
        log.debug("The state of detector {} cannot be saved again", name(detector), e);
      }
      return new byte[0];
    }
    return bytes.toByteArray();
  }

  /**
   * Reads them into the history.
   *
   * @param detectors those of the run; what is not among the statistics stays as it is
   * @return a detector in the place of each
   * @throws IllegalArgumentException if the bytes are no statistics of such a network; nothing has
   *     been changed then
   */
  List<Detector> restore(byte[] statistics, List<Detector> detectors) {
    Objects.requireNonNull(statistics, "statistics");
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(statistics))) {
      return read(in, detectors);
    } catch (EOFException e) {
      throw refused(statistics, "they end early", e);
    } catch (IOException | ClassNotFoundException | RuntimeException e) {
      throw refused(statistics, String.valueOf(e.getMessage()), e);
    }
  }

  private static IllegalArgumentException refused(byte[] bytes, String reason, Exception cause) {
    return new IllegalArgumentException(
        "These "
            + bytes.length
            + " bytes are no statistics of a run of this network by this version of the plugin: "
            + reason,
        cause);
  }

  private List<Detector> read(DataInputStream in, List<Detector> detectors)
      throws IOException, ClassNotFoundException {
    if (in.readInt() != MARK) {
      throw new InvalidObjectException("they begin differently");
    }
    int version = in.readInt();
    if (version != VERSION) {
      throw new InvalidObjectException("their version is " + version + ", not " + VERSION);
    }
    checkNetwork(in);
    Runnable restoreHistory;
    try (ObjectInputStream objects = DetectorState.reader(section(in), History.class)) {
      restoreHistory = history.read(objects);
    }
    List<Detector> restored = new ArrayList<>(detectors);
    boolean[] done = new boolean[detectors.size()];
    while (in.readBoolean()) {
      String name = in.readUTF();
      String type = in.readUTF();
      byte[] state = section(in);
      for (int i = 0; i < done.length; i++) {
        Detector detector = detectors.get(i);
        if (!done[i] && name(detector).equals(name) && detector.getClass().getName().equals(type)) {
          done[i] = true;
          restored.set(i, detector(state, detector.getClass()));
          break; // another of the same name has a state of its own
        }
      }
    }
    if (in.read() >= 0) {
      throw new InvalidObjectException("they go on after their end");
    }
    restoreHistory.run();
    return restored;
  }

  private static Detector detector(byte[] state, Class<? extends Detector> type)
      throws IOException, ClassNotFoundException {
    try (ObjectInputStream objects = DetectorState.reader(state, type)) {
      return type.cast(Objects.requireNonNull(objects.readObject(), "detector"));
    }
  }

  private static byte[] section(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private void writeNetwork(DataOutputStream out) throws IOException {
    NetworkLayout layout = history.layout();
    out.writeInt(layout.layers().size());
    out.writeInt(layout.parameters().size());
    for (NetworkLayout.Parameter p : layout.parameters()) {
      out.writeUTF(p.key());
      out.writeLong(p.length());
    }
  }

  /** What belongs to a layer or parameter is found by its index alone, so that all must agree. */
  private void checkNetwork(DataInputStream in) throws IOException {
    NetworkLayout layout = history.layout();
    int[] saved = {in.readInt(), in.readInt()};
    int[] here = {layout.layers().size(), layout.parameters().size()};
    if (!Arrays.equals(saved, here)) {
      throw new InvalidObjectException(
          "they are of one with "
              + saved[0]
              + " layers and "
              + saved[1]
              + " parameters, this one has "
              + here[0]
              + " and "
              + here[1]);
    }
    for (NetworkLayout.Parameter p : layout.parameters()) {
      String key = in.readUTF();
      long length = in.readLong();
      if (!key.equals(p.key()) || length != p.length()) {
        throw new InvalidObjectException(
            "they are of one with "
                + length
                + " elements in "
                + key
                + ", this one has "
                + p.length()
                + " in "
                + p.key());
      }
    }
  }
}
