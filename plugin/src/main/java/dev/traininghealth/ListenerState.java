package dev.traininghealth;

import dev.traininghealth.intervene.ProtectionState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a listener has learned about a run, to go on with later: a file of its own beside the saved
 * network. The bytes: a mark, a version, a checksum of the rest; the statistics; what protecting
 * has come to.
 */
final class ListenerState {
  private static final int MARK = 0x444c5448; // DLTH
  private static final int VERSION = 1;

  private final byte[] statistics;
  private final @Nullable ProtectionState protection;

  ListenerState(byte[] statistics, @Nullable ProtectionState protection) {
    this.statistics = statistics;
    this.protection = protection;
  }

  byte[] statistics() {
    return statistics;
  }

  @Nullable ProtectionState protection() {
    return protection;
  }

  void write(Path file) throws IOException {
    notNull(file);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(body)) {
      out.writeInt(statistics.length);
      out.write(statistics);
      try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
        objects.writeObject(protection);
      }
    }
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.writeInt(MARK);
      out.writeInt(VERSION);
      out.writeLong(checksum(body.toByteArray()));
      body.writeTo(out);
    }
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @throws InvalidObjectException if it is none, is damaged, or is of another version
   */
  static ListenerState read(Path file) throws IOException {
    notNull(file);
    byte[] all = Files.readAllBytes(file);
    DataInputStream head = new DataInputStream(new ByteArrayInputStream(all));
    if (all.length < 16 || head.readInt() != MARK) {
      throw new InvalidObjectException(file + " is no saved state of a TrainingHealthListener");
    }
    int version = head.readInt();
    if (version != VERSION) {
      throw new InvalidObjectException(
          file + " is of version " + version + ", this plugin reads version " + VERSION);
    }
    long checksum = head.readLong();
    byte[] body = head.readAllBytes();
    if (checksum(body) != checksum) {
      throw new InvalidObjectException(file + " is damaged: its checksum does not fit");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
    byte[] statistics = in.readNBytes(in.readInt());
    try (ObjectInputStream objects = new ObjectInputStream(in)) {
      objects.setObjectInputFilter(
          ObjectInputFilter.Config.createFilter("maxdepth=20;maxarray=1000000;maxrefs=100000"));
      return new ListenerState(statistics, (ProtectionState) objects.readObject());
    } catch (ClassNotFoundException e) {
      throw new IOException(file + " needs a class that is not on the class path", e);
    }
  }

  private static void notNull(Path file) {
    if (file == null) {
      throw new IllegalArgumentException(
          "file must not be null: name one beside that of the saved network");
    }
  }

  private static long checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return checksum.getValue();
  }
}
