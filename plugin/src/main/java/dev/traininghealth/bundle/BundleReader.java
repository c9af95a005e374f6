package dev.traininghealth.bundle;

import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.NonFiniteOrigin;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads the file of a failure bundle.
 *
 * <p>Each exception names the file, what is wrong with it and what to do.
 *
 * @hidden
 */
public final class BundleReader {
  /**
   * Maximum size of the manifest, bytes. That of a network of ten thousand layers takes about two
   * million.
   */
  private static final int MAX_MANIFEST_BYTES = 16 << 20;

  /** Maximum number of arrays of one kind. There is at most one per layer. */
  private static final int MAX_ARRAYS = 100_000;

  private static final Pattern STATE = Pattern.compile("type\\.(state\\.([0-9]{1,6})\\.(.*))");

  private final Path file;
  private final Properties properties;
  private final long maxEntryBytes;

  private BundleReader(Path file, Properties properties, long maxEntryBytes) {
    this.file = file;
    this.properties = properties;
    this.maxEntryBytes = maxEntryBytes;
  }

  /**
   * Opens a bundle. Each entry may take half of the heap, because each is copied.
   *
   * @param file the file
   * @return its reader
   * @throws IOException if it is no readable bundle
   */
  public static BundleReader open(Path file) throws IOException {
    return open(file, Math.min(Runtime.getRuntime().maxMemory() / 2, Integer.MAX_VALUE - 64));
  }

  /**
   * Opens a bundle.
   *
   * @param maxEntryBytes maximum size of an uncompressed entry, bytes; all arrays together may take
   *     twice as much
   */
  static BundleReader open(Path file, long maxEntryBytes) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file.toString(),
          null,
          "no such file; pass an iteration-….zip that a listener with failureBundles(folder) wrote");
    }
    Properties properties = new Properties();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(BundleFormat.PROPERTIES);
      if (entry == null) {
        throw new IOException(
            file
                + " is not a failure bundle, because it has no "
                + BundleFormat.PROPERTIES
                + "; pass a file that a listener with failureBundles(folder) wrote");
      }
      byte[] text;
      try (InputStream in = zip.getInputStream(entry)) {
        text = in.readNBytes(MAX_MANIFEST_BYTES + 1);
      }
      if (text.length > MAX_MANIFEST_BYTES) {
        throw tooLarge(file, BundleFormat.PROPERTIES, MAX_MANIFEST_BYTES);
      }
      properties.load(new StringReader(new String(text, StandardCharsets.UTF_8)));
      checkTotal(file, zip, 2 * maxEntryBytes);
    } catch (IllegalArgumentException e) {
      throw damaged(file, BundleFormat.PROPERTIES + " cannot be read", e);
    } catch (ZipException | EOFException e) {
      throw new IOException(
          file
              + " is no zip file or is damaged ("
              + e.getMessage()
              + "); copy it again in binary mode, or open another bundle",
          e);
    }
    BundleReader reader = new BundleReader(file, properties, maxEntryBytes);
    long version = reader.number("version");
    if (version > BundleFormat.VERSION) {
      throw new IOException(
          file
              + " has version "
              + version
              + " of the format, but this plugin reads versions up to "
              + BundleFormat.VERSION
              + "; update dl4j-training-health");
    }
    return reader;
  }

  /**
   * Checks the total size that the file declares. {@link #bytes} refuses an entry that is larger
   * than declared.
   */
  private static void checkTotal(Path file, ZipFile zip, long maxBytes) throws IOException {
    long total = 0;
    for (ZipEntry entry : Collections.list(zip.entries())) {
      if (entry.getName().endsWith(".npy")) {
        total += Math.max(0, entry.getSize());
        if (total < 0 || total > maxBytes) {
          throw tooLarge(file, "its arrays together", maxBytes);
        }
      }
    }
  }

  private static IOException tooLarge(Path file, String what, long maxBytes) {
    return new IOException(
        file
            + " was not read: "
            + what
            + " would take more than "
            + maxBytes
            + " bytes; if you trust the file, give the JVM more memory with -Xmx");
  }

  /** {@return the opened file} */
  public Path file() {
    return file;
  }

  /**
   * {@return a required value of the manifest}
   *
   * @param key its key
   * @throws IOException if the manifest does not have the key
   */
  public String text(String key) throws IOException {
    String value = properties.getProperty(key);
    if (value == null) {
      throw damaged("it has no " + key, null);
    }
    return value;
  }

  /**
   * {@return a value of the manifest, or null if it does not have the key}
   *
   * @param key its key
   */
  public @Nullable String textOrNull(String key) {
    return properties.getProperty(key);
  }

  /**
   * {@return a required whole number of the manifest}
   *
   * @param key its key
   * @throws IOException if the manifest does not have the key, or the value is not a whole number
   */
  public long number(String key) throws IOException {
    try {
      return Long.parseLong(text(key));
    } catch (NumberFormatException e) {
      throw damaged(key + " is not a number", e);
    }
  }

  /**
   * {@return a required whole number of the manifest that is an int}
   *
   * @param key its key
   * @param min the smallest valid number
   * @throws IOException if the manifest does not have the key, or the value is no such number
   */
  public int integer(String key, int min) throws IOException {
    return integer(key, min, Integer.MAX_VALUE);
  }

  private int integer(String key, int min, int max) throws IOException {
    long number = number(key);
    if (number < min || number > max) {
      throw damaged(key + " is " + number + ", but must be " + min + " to " + max, null);
    }
    return (int) number;
  }

  /** {@return the number of arrays of a kind} */
  private int count(String key) throws IOException {
    return integer(key, 0, MAX_ARRAYS);
  }

  private IOException damaged(String what, @Nullable Throwable cause) {
    return damaged(file, what, cause);
  }

  private static IOException damaged(Path file, String what, @Nullable Throwable cause) {
    return new IOException(
        file + " is damaged: " + what + "; use another bundle of the same run", cause);
  }

  /**
   * {@return the origin of the first diagnosis that has one, or null}
   *
   * @throws IOException if it cannot be read
   */
  public @Nullable NonFiniteOrigin origin() throws IOException {
    for (int i = 0; textOrNull("diagnosis." + i + ".problem") != null; i++) {
      String prefix = "diagnosis." + i + ".origin.";
      if (textOrNull(prefix + "place") != null) {
        try {
          return new NonFiniteOrigin(
              NonFiniteOrigin.Place.valueOf(text(prefix + "place")),
              integer(prefix + "layer", -1),
              integer(prefix + "parameter", -1),
              number(prefix + "count"),
              Arrays.stream(text(prefix + "examples").split(" "))
                  .filter(example -> !example.isEmpty())
                  .map(Integer::valueOf)
                  .toList(),
              integer(prefix + "exampleCount", 0),
              Boolean.parseBoolean(text(prefix + "overflow")),
              Double.parseDouble(text(prefix + "largestFeature")),
              Boolean.parseBoolean(textOrNull(prefix + "activationsUnseen")));
        } catch (IllegalArgumentException e) {
          throw damaged("its origin cannot be read", e);
        }
      }
    }
    return null;
  }

  private byte[] bytes(String name) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        throw damaged("it has no " + name, null);
      }
      if (entry.getSize() > maxEntryBytes) {
        throw tooLarge(file, name, maxEntryBytes);
      }
      try (InputStream in = zip.getInputStream(entry)) {
        int declared = (int) Math.max(0, entry.getSize());
        byte[] bytes = in.readNBytes(declared);
        if (bytes.length != declared || in.read() >= 0) {
          throw damaged("the size of " + name + " is not the declared one", null);
        }
        return bytes;
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw damaged(name + " cannot be read", e);
    }
  }

  /**
   * {@return a new network at each call}
   *
   * @throws IOException if it cannot be restored
   */
  public Network network() throws IOException {
    byte[] model = bytes(BundleFormat.MODEL);
    try {
      SavedModel.check(model, maxEntryBytes);
    } catch (SavedModel.TooLargeException e) {
      throw tooLarge(file, BundleFormat.MODEL, maxEntryBytes);
    } catch (IOException e) {
      throw damaged(String.valueOf(e.getMessage()), e);
    }
    try {
      return Network.restore(text("model"), new ByteArrayInputStream(model));
    } catch (IOException | RuntimeException | LinkageError | StackOverflowError e) {
      throw new IOException(
          file
              + " contains a network that DL4J cannot restore; custom layers, updaters and schedules"
              + " must be on the class path, and DL4J must have the version that trained it",
          e);
    }
  }

  /**
   * {@return new arrays of the minibatch at each call}
   *
   * @throws IOException if they cannot be read
   */
  public Minibatch minibatch() throws IOException {
    List<INDArray> features = new ArrayList<>();
    for (INDArray array : arrays("features")) {
      if (array == null) {
        throw damaged("features are missing", null);
      }
      features.add(array);
    }
    return new Minibatch(
        features,
        arrays("featuresMask"),
        arrays("labels"),
        arrays("labelsMask"),
        arrays("layerMask"),
        states());
  }

  /** {@return the state of each layer by name, from {@code type.state.<layer>.<name>}} */
  private List<Map<String, INDArray>> states() throws IOException {
    List<Map<String, INDArray>> states = new ArrayList<>();
    for (int layer = count("state"); layer > 0; layer--) {
      states.add(new HashMap<>());
    }
    for (String key : properties.stringPropertyNames()) {
      Matcher parsed = STATE.matcher(key);
      if (parsed.matches() && Integer.parseInt(parsed.group(2)) < states.size()) {
        INDArray array = array(parsed.group(1));
        if (array != null) {
          states.get(Integer.parseInt(parsed.group(2))).put(parsed.group(3), array);
        }
      }
    }
    return states;
  }

  private List<@Nullable INDArray> arrays(String name) throws IOException {
    List<@Nullable INDArray> arrays = new ArrayList<>();
    int count = count(name);
    for (int i = 0; i < count; i++) {
      arrays.add(array(name + "." + i));
    }
    return arrays;
  }

  private @Nullable INDArray array(String name) throws IOException {
    String type = textOrNull("type." + name);
    if (type == null) {
      return null;
    }
    byte[] npy = bytes(name + ".npy");
    try {
      return NpyArray.read(npy, DataType.valueOf(type));
    } catch (IOException | RuntimeException e) { // includes ND4J's exceptions
      throw damaged(name + ".npy " + e.getMessage(), e);
    }
  }
}
