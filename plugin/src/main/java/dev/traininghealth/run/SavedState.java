package dev.traininghealth.run;

import dev.traininghealth.intervene.ProtectionState;
import dev.traininghealth.json.NumbersJson;
import dev.traininghealth.numbers.SavedNumbers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The learned state of a listener about one run, saved in a file beside the network's.
 *
 * <p>The bytes are a magic number, a version, a checksum of the rest, and numbers as {@link
 * NumbersJson} writes them. They name no class, and reading them executes no code.
 */
final class SavedState {
  private static final int MAGIC_NUMBER = 0x444c5448; // DLTH
  private static final int VERSION = 2;
  private static final int HEADER_BYTES = 16;

  private static final String STATISTICS = "statistics";
  private static final String PROTECTION = "protection";

  private final SavedNumbers statistics;
  private final @Nullable ProtectionState protection;

  SavedState(SavedNumbers statistics, @Nullable ProtectionState protection) {
    this.statistics = statistics;
    this.protection = protection;
  }

  SavedNumbers statistics() {
    return statistics;
  }

  @Nullable ProtectionState protection() {
    return protection;
  }

  /** {@return the same state for another network, whose learning rates are the configured ones} */
  SavedState withoutLearningRateFactor() {
    return protection == null
        ? this
        : new SavedState(statistics, protection.withoutLearningRateFactor());
  }

  /** Writes the file as a whole. If that fails, the old file is unchanged. */
  void write(Path file) throws IOException {
    notNull(file);
    SavedNumbers all = new SavedNumbers().put(STATISTICS, statistics);
    if (protection != null) {
      all.put(PROTECTION, protection.toNumbers());
    }
    byte[] body;
    try {
      body = NumbersJson.write(all);
    } catch (InvalidObjectException e) {
      throw new IOException(file + " is not written: " + e.getMessage(), e);
    }
    ByteArrayOutputStream header = new ByteArrayOutputStream(HEADER_BYTES);
    try (DataOutputStream out = new DataOutputStream(header)) {
      out.writeInt(MAGIC_NUMBER);
      out.writeInt(VERSION);
      out.writeLong(checksum(body));
    }
    ReplacedFile.write(
        file,
        out -> {
          header.writeTo(out);
          out.write(body);
        });
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @throws InvalidObjectException if it is no saved state, is damaged or too large, or has another
   *     version
   */
  static SavedState read(Path file) throws IOException {
    notNull(file);
    byte[] header;
    byte[] body;
    try (InputStream in = Files.newInputStream(file)) {
      header = in.readNBytes(HEADER_BYTES);
      checkHeader(file, header);
      body = in.readNBytes(NumbersJson.MAX_BYTES + 1);
    }
    if (body.length > NumbersJson.MAX_BYTES) {
      throw new InvalidObjectException(
          file + " is larger than any state: more than " + NumbersJson.MAX_BYTES + " bytes");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(header));
    in.skipNBytes(HEADER_BYTES - Long.BYTES);
    if (in.readLong() != checksum(body)) {
      throw damaged(file, "its checksum differs", null);
    }
    try {
      SavedNumbers all = NumbersJson.read(body);
      return new SavedState(
          all.getSection(STATISTICS),
          all.has(PROTECTION) ? ProtectionState.of(all.getSection(PROTECTION)) : null);
    } catch (IOException | RuntimeException e) {
      throw damaged(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static void checkHeader(Path file, byte[] header) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(header));
    if (header.length < HEADER_BYTES || in.readInt() != MAGIC_NUMBER) {
      throw new InvalidObjectException(file + " is no saved state of a TrainingHealthListener");
    }
    int version = in.readInt();
    if (version != VERSION) {
      throw new InvalidObjectException(
          file + " has version " + version + ", this plugin reads version " + VERSION);
    }
  }

  private static InvalidObjectException damaged(
      Path file, String reason, @Nullable Exception cause) {
    InvalidObjectException damaged = new InvalidObjectException(file + " is damaged: " + reason);
    damaged.initCause(cause);
    return damaged;
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
