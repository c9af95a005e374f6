package dev.traininghealth.bundle;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.numbers.NonFiniteOrigin;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The file format of a failure bundle, which is a zip file.
 *
 * <p>{@code bundle.properties} contains the diagnoses and lists the other entries. {@code
 * model.zip} is written by DL4J's {@code ModelSerializer}. Each array is one file in NumPy's
 * format.
 */
final class BundleFormat {
  /** Version of the format. It must be raised when an older plugin could not read the file. */
  static final int VERSION = 1;

  static final String PROPERTIES = "bundle.properties";
  static final String MODEL = "model.zip";

  private BundleFormat() {}

  static void write(CapturedIteration captured, OutputStream out) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(Deflater.BEST_SPEED);
      Map<String, INDArray> arrays = arrays(captured.minibatch());
      zip.putNextEntry(new ZipEntry(PROPERTIES));
      zip.write(text(properties(captured, arrays)).getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
      for (Map.Entry<String, INDArray> array : arrays.entrySet()) {
        zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
        NpyArray.write(array.getValue(), zip);
        zip.closeEntry();
      }
      zip.putNextEntry(new ZipEntry(MODEL));
      ModelSerializer.writeModel(captured.network().model(), zip, true);
      zip.closeEntry();
    }
  }

  /** {@return the arrays of the minibatch by the names of their files, without absent ones} */
  private static Map<String, INDArray> arrays(Minibatch batch) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    add(arrays, "features", batch.features());
    add(arrays, "featuresMask", batch.featureMasks());
    add(arrays, "labels", batch.labels());
    add(arrays, "labelsMask", batch.labelMasks());
    add(arrays, "layerMask", batch.layerMasks());
    for (int layer = 0; layer < batch.states().size(); layer++) {
      String prefix = "state." + layer + ".";
      batch.states().get(layer).forEach((name, array) -> arrays.put(prefix + name, array));
    }
    return arrays;
  }

  private static void add(
      Map<String, INDArray> arrays, String name, List<? extends @Nullable INDArray> list) {
    for (int i = 0; i < list.size(); i++) {
      INDArray array = list.get(i);
      if (array != null) {
        arrays.put(name + "." + i, array);
      }
    }
  }

  private static Map<String, String> properties(
      CapturedIteration captured, Map<String, INDArray> arrays) {
    Map<String, String> p = new LinkedHashMap<>();
    p.put("version", String.valueOf(VERSION));
    p.put("iteration", String.valueOf(captured.iteration()));
    p.put("epoch", String.valueOf(captured.epoch()));
    p.put("afterUpdate", String.valueOf(captured.afterUpdate()));
    p.put("model", captured.network().model().getClass().getSimpleName());
    if (captured.generator().isKnown()) {
      long[] numbers = captured.generator().numbers();
      p.put("random.root", String.valueOf(numbers[0]));
      p.put("random.node", String.valueOf(numbers[1]));
    }
    for (int i = 0; i < captured.diagnoses().size(); i++) {
      put(p, "diagnosis." + i + ".", captured.diagnoses().get(i));
    }
    Minibatch batch = captured.minibatch();
    p.put("features", String.valueOf(batch.features().size()));
    p.put("featuresMask", String.valueOf(batch.featureMasks().size()));
    p.put("labels", String.valueOf(batch.labels().size()));
    p.put("labelsMask", String.valueOf(batch.labelMasks().size()));
    p.put("layerMask", String.valueOf(batch.layerMasks().size()));
    p.put("state", String.valueOf(batch.states().size()));
    arrays.forEach((name, array) -> p.put("type." + name, array.dataType().name()));
    return p;
  }

  private static void put(Map<String, String> p, String prefix, Diagnosis d) {
    p.put(prefix + "problem", d.problem().name());
    p.put(prefix + "severity", d.severity().name());
    p.put(prefix + "detector", d.detector());
    p.put(prefix + "sentence", d.sentence());
    p.put(prefix + "layer", String.valueOf(d.layer()));
    p.put(prefix + "layerName", d.layerName());
    p.put(prefix + "parameter", String.valueOf(d.parameter()));
    p.put(prefix + "parameterKey", d.parameterKey());
    p.put(prefix + "observed", String.valueOf(d.observed()));
    p.put(prefix + "comparison", d.comparison().name());
    p.put(prefix + "threshold", String.valueOf(d.threshold()));
    for (int i = 0; i < d.remedies().size(); i++) {
      p.put(prefix + "remedy." + i, d.remedies().get(i).advice());
    }
    NonFiniteOrigin origin = d.origin();
    if (origin != null) {
      p.put(prefix + "origin.place", origin.place().name());
      p.put(prefix + "origin.layer", String.valueOf(origin.layer()));
      p.put(prefix + "origin.parameter", String.valueOf(origin.parameter()));
      p.put(prefix + "origin.count", String.valueOf(origin.count()));
      p.put(
          prefix + "origin.examples",
          origin.examples().stream().map(String::valueOf).collect(Collectors.joining(" ")));
      p.put(prefix + "origin.exampleCount", String.valueOf(origin.exampleCount()));
      p.put(prefix + "origin.overflow", String.valueOf(origin.overflow()));
      p.put(prefix + "origin.largestFeature", String.valueOf(origin.largestFeature()));
      p.put(prefix + "origin.activationsUnseen", String.valueOf(origin.activationsUnseen()));
    }
  }

  /** {@return the properties in the format of {@link java.util.Properties}, in a readable order} */
  private static String text(Map<String, String> properties) {
    StringBuilder text = new StringBuilder();
    text.append("# A failing iteration of dl4j-training-health, to be run again with\n")
        .append("# dev.traininghealth.FailureBundle.open(path).replay()\n");
    properties.forEach(
        (key, value) -> {
          String escaped = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
          boolean padded = !escaped.isEmpty() && Character.isWhitespace(escaped.charAt(0));
          text.append(key.replace(" ", "\\ ").replace(":", "\\:").replace("=", "\\="))
              .append('=')
              .append(padded ? "\\" : "")
              .append(escaped)
              .append('\n');
        });
    return text.toString();
  }
}
