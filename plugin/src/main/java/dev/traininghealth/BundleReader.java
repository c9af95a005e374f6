package dev.traininghealth;

import dev.traininghealth.measure.Minibatch;
import dev.traininghealth.measure.Origin;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads the file of a failure bundle; what is wrong with it is told with its name and a remedy. */
final class BundleReader {
  private final Path file;
  private final Properties properties;

  private BundleReader(Path file, Properties properties) {
    this.file = file;
    this.properties = properties;
  }

  static BundleReader open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file.toString(),
          null,
          "there is no such file; name one that a listener with failureBundles(folder) wrote there,"
              + " iteration-….zip");
    }
    Properties properties = new Properties();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(BundleFormat.PROPERTIES);
      if (entry == null) {
        throw new IOException(
            file
                + " is no failure bundle, for it has no "
                + BundleFormat.PROPERTIES
                + "; name a file that a listener with failureBundles(folder) wrote");
      }
      properties.load(new InputStreamReader(zip.getInputStream(entry), StandardCharsets.UTF_8));
    } catch (ZipException e) {
      throw new IOException(
          file
              + " is no zip file, or a broken one ("
              + e.getMessage()
              + "); copy it again in binary mode, or name another bundle",
          e);
    }
    BundleReader reader = new BundleReader(file, properties);
    long version = reader.number("version");
    if (version > BundleFormat.VERSION) {
      throw new IOException(
          file
              + " is of version "
              + version
              + " of the format, and this plugin reads up to "
              + BundleFormat.VERSION
              + "; update dl4j-training-health");
    }
    return reader;
  }

  Path file() {
    return file;
  }

  String text(String key) throws IOException {
    String value = properties.getProperty(key);
    if (value == null) {
      throw damaged("it has no " + key, null);
    }
    return value;
  }

  @Nullable String textOrNull(String key) {
    return properties.getProperty(key);
  }

  long number(String key) throws IOException {
    try {
      return Long.parseLong(text(key));
    } catch (NumberFormatException e) {
      throw damaged(key + " is not a number", e);
    }
  }

  private IOException damaged(String what, @Nullable Throwable cause) {
    return new IOException(
        file + " is damaged: " + what + "; use another bundle of the same run", cause);
  }

  /** The origin of the first diagnosis that has one, or null. */
  @Nullable Origin origin() throws IOException {
    for (int i = 0; textOrNull("diagnosis." + i + ".problem") != null; i++) {
      String prefix = "diagnosis." + i + ".origin.";
      if (textOrNull(prefix + "place") != null) {
        try {
          return new Origin(
              Origin.Place.valueOf(text(prefix + "place")),
              (int) number(prefix + "layer"),
              (int) number(prefix + "parameter"),
              number(prefix + "count"),
              Arrays.stream(text(prefix + "rows").split(" "))
                  .filter(row -> !row.isEmpty())
                  .map(Integer::valueOf)
                  .toList(),
              (int) number(prefix + "rowCount"),
              Boolean.parseBoolean(text(prefix + "overflow")),
              Double.parseDouble(text(prefix + "largestFeature")));
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
      try (InputStream in = zip.getInputStream(entry)) {
        return in.readAllBytes();
      }
    } catch (ZipException e) {
      throw damaged(name + " cannot be read", e);
    }
  }

  /** A new network at every call. */
  Model network() throws IOException {
    byte[] model = bytes(BundleFormat.MODEL);
    try {
      return isGraph()
          ? ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(model), true)
          : ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(model), true);
    } catch (RuntimeException e) {
      throw new IOException(
          file
              + " holds a network that DL4J cannot restore; layers, updaters and schedules of one's"
              + " own must be on the class path, and DL4J must be of the version that trained it",
          e);
    }
  }

  boolean isGraph() throws IOException {
    return !text("model").equals(MultiLayerNetwork.class.getSimpleName());
  }

  /** New arrays at every call. */
  Minibatch minibatch() throws IOException {
    List<INDArray> features = new ArrayList<>();
    for (INDArray array : arrays("features")) {
      if (array == null) {
        throw damaged("features are missing", null);
      }
      features.add(array);
    }
    List<Map<String, INDArray>> states = new ArrayList<>();
    for (long layer = 0; layer < number("state"); layer++) {
      states.add(state("state." + layer + "."));
    }
    return new Minibatch(
        features,
        arrays("featuresMask"),
        arrays("labels"),
        arrays("labelsMask"),
        arrays("layerMask"),
        states);
  }

  private Map<String, INDArray> state(String prefix) throws IOException {
    Map<String, INDArray> state = new HashMap<>();
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith("type." + prefix)) {
        String name = key.substring("type.".length());
        INDArray array = array(name);
        if (array != null) {
          state.put(name.substring(prefix.length()), array);
        }
      }
    }
    return state;
  }

  private List<@Nullable INDArray> arrays(String name) throws IOException {
    List<@Nullable INDArray> arrays = new ArrayList<>();
    for (long i = 0; i < number(name); i++) {
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
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(name + ".npy " + e.getMessage(), e);
    }
  }
}
