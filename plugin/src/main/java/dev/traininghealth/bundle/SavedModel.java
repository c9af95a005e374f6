package dev.traininghealth.bundle;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.io.Serial;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.deeplearning4j.util.ModelSerializer;

/**
 * Checks the file of a network before DL4J reads it.
 *
 * <p>DL4J reads all entries of a model file into memory, and believes what its arrays claim. It
 * also deserializes a {@code preprocessor.bin}, which may run any code.
 */
final class SavedModel {
  private static final Set<String> ARRAYS =
      Set.of(ModelSerializer.COEFFICIENTS_BIN, ModelSerializer.UPDATER_BIN);

  /** The entries besides arrays that DL4J's ModelSerializer writes for a network. */
  private static final Set<String> OTHERS =
      Set.of(ModelSerializer.CONFIGURATION_JSON, ModelSerializer.NO_PARAMS_MARKER);

  private SavedModel() {}

  /** Thrown if the uncompressed file is larger than allowed. */
  static final class TooLargeException extends IOException {
    @Serial private static final long serialVersionUID = 1L;
  }

  /**
   * Refuses entries that a listener does not write, arrays that claim what they do not have, and
   * files that are too large.
   *
   * @param model all bytes of the file
   * @param maxBytes maximum of all bytes of its entries, uncompressed
   * @throws TooLargeException if they are more
   * @throws IOException if the file is refused for another reason; the message has no subject
   */
  static void check(byte[] model, long maxBytes) throws IOException {
    Set<String> found = new HashSet<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(model));
        Limited limited = new Limited(zip, maxBytes)) {
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        String name = e.getName();
        if (!(ARRAYS.contains(name) || OTHERS.contains(name)) || !found.add(name)) {
          throw new IOException(name + " in its model.zip is not from a listener");
        }
        if (e.getSize() > maxBytes) {
          throw new TooLargeException();
        }
        if (ARRAYS.contains(name)) {
          checkArray(name, limited);
        }
        limited.transferTo(OutputStream.nullOutputStream());
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new IOException("model.zip cannot be read", e);
    }
  }

  /** Checks an array, which is empty if the network has no parameters. */
  private static void checkArray(String name, InputStream in) throws IOException {
    PushbackInputStream entry = new PushbackInputStream(in);
    int first = entry.read();
    if (first < 0) {
      return;
    }
    entry.unread(first);
    try {
      SavedArray.check(entry);
    } catch (TooLargeException | ZipException e) {
      throw e;
    } catch (EOFException e) {
      throw new IOException(name + " in its model.zip is cut off", e);
    } catch (IOException e) {
      throw new IOException(name + " in its model.zip " + e.getMessage(), e);
    }
  }

  /** The current entry of a zip file, within the limit of all. */
  private static final class Limited extends InputStream {
    private final InputStream entry;
    private long left;

    Limited(InputStream entry, long maxBytes) {
      this.entry = entry;
      left = maxBytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = entry.read(bytes, offset, length);
      left -= Math.max(0, count);
      if (left < 0) {
        throw new TooLargeException();
      }
      return count;
    }
  }
}
