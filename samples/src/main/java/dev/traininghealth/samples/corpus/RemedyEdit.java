package dev.traininghealth.samples.corpus;

import dev.traininghealth.detect.Remedy;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * A remedy carried out on a case by its code alone, as a user does who copies it and knows how many
 * classes there are. Weights and hidden activations are changed in all layers that have the same
 * kind.
 *
 * @param faultCase the changed case
 * @param features whether its features are standardized
 * @param labels whether its labels are
 * @param firstColumn whether of its label columns, which are equal, only the first is left
 */
record RemedyEdit(FaultCase faultCase, boolean features, boolean labels, boolean firstColumn) {
  private static final int BRIGHTEST = 255;
  private static final Pattern UPDATER = Pattern.compile("\\.updater\\(new (\\w+)\\(([0-9.eE-]+)");
  private static final Pattern ACTIVATION = Pattern.compile("\\.activation\\(Activation\\.(\\w+)");
  private static final Pattern INITIALIZATION = Pattern.compile("weightInit\\(WeightInit\\.(\\w+)");

  /** Separates what is meant for the output from what is meant for hidden layers. */
  private static final String HIDDEN_LAYERS = " // and in hidden layers ";

  private static final Pattern LOSS = Pattern.compile("LossFunction\\.(\\w+)");

  private static final Map<String, String> OPTIMIZERS =
      Map.of(
          "Sgd", "sgd",
          "Nesterovs", "nesterovs",
          "Adam", "adam",
          "RmsProp", "rmsprop",
          "Nadam", "nadam",
          "AdaMax", "adamax",
          "AMSGrad", "amsgrad",
          "AdaGrad", "adagrad");

  private static final Map<String, String> ACTIVATIONS =
      Map.of(
          "IDENTITY", "linear",
          "SIGMOID", "sigmoid",
          "SOFTMAX", "softmax",
          "RELU", "relu",
          "LEAKYRELU", "leaky_relu",
          "TANH", "tanh");

  private static final Map<String, String> INITIALIZATIONS =
      Map.of("RELU", "he_normal", "XAVIER", "xavier");

  private static final Map<String, String> LOSSES =
      Map.of(
          "MSE", "mse",
          "XENT", "binary_crossentropy",
          "MCXENT", "categorical_crossentropy",
          "SPARSE_MCXENT", "sparse_categorical_crossentropy",
          "MEAN_ABSOLUTE_ERROR", "mae");

  /**
   * The case with a remedy; null if its code does not say what to change in a case.
   *
   * @param data of the case
   */
  static @Nullable RemedyEdit of(FaultCase faultCase, CaseData data, Remedy remedy)
      throws CorpusException {
    String code = remedy.code();
    ObjectNode json = faultCase.network().copy();
    boolean features = code.contains("NormalizerStandardize");
    boolean labels = code.contains("fitLabel(true)");
    boolean changed = features || labels;
    if (code.contains("ImagePreProcessingScaler")) {
      json.put("featureScale", faultCase.featureScale() / BRIGHTEST);
      changed = true;
    }
    if (code.contains("new BatchNormalization()")) {
      changed |= normalizeHidden(json);
    }
    changed |= setUpdater(json, code);
    String loss = found(LOSS, code, LOSSES);
    if (loss != null) {
      json.put("loss", loss);
      changed = true;
    }
    for (String part : code.split(HIDDEN_LAYERS, -1)) {
      changed |= setLayers(json, part, LOSS.matcher(part).find());
    }
    if (loss != null && code.contains("nOut(numberOfClasses)")) {
      double last = data.training().all().getLabels().maxNumber().doubleValue();
      ArrayNode layers = (ArrayNode) json.path("layers");
      ((ObjectNode) layers.get(outputIndex(layers))).put("units", (int) last + 1);
    }
    boolean firstColumn =
        code.contains(".nOut(1)") && hasEqualColumns(data.training().all().getLabels());
    return changed ? new RemedyEdit(FaultCase.of(json), features, labels, firstColumn) : null;
  }

  private static boolean hasEqualColumns(INDArray labels) {
    return labels.rank() == 2
        && labels.columns() > 1
        && labels.subColumnVector(labels.getColumn(0, true)).amaxNumber().doubleValue() == 0;
  }

  private static @Nullable String found(Pattern pattern, String code, Map<String, String> names) {
    Matcher matcher = pattern.matcher(code);
    return matcher.find() ? names.get(matcher.group(1)) : null;
  }

  private static boolean setUpdater(ObjectNode json, String code) {
    Matcher updater = UPDATER.matcher(code);
    String optimizer = updater.find() ? OPTIMIZERS.get(updater.group(1)) : null;
    if (optimizer == null) {
      return false;
    }
    boolean momentum = json.path("optimizerArgs").has("momentum") && optimizer.equals("nesterovs");
    if (!momentum && !json.path("optimizer").asText().equals(optimizer)) {
      json.put("optimizer", optimizer);
      JsonNode clipping = json.path("optimizerArgs").path("clipnorm");
      ObjectNode args = json.putObject("optimizerArgs");
      if (!clipping.isMissingNode()) {
        args.set("clipnorm", clipping);
      }
    }
    json.put("learningRate", Double.parseDouble(updater.group(2)));
    return true;
  }

  /**
   * Sets activation and initialization: of the output layer if the loss is set as well, or if the
   * activation is one of an output, and of all hidden layers otherwise.
   */
  private static boolean setLayers(ObjectNode json, String code, boolean lossIsSet) {
    String activation = found(ACTIVATION, code, ACTIVATIONS);
    String init = found(INITIALIZATION, code, INITIALIZATIONS);
    if (activation == null && init == null) {
      return false;
    }
    ArrayNode layers = (ArrayNode) json.path("layers");
    if (activation != null && code.contains("LSTM.Builder()")) {
      return setRecurrent(layers, activation);
    }
    boolean output =
        lossIsSet || (init == null && (activation + " ").matches("(softmax|sigmoid|linear) "));
    int last = outputIndex(layers);
    if (code.contains("new OutputLayer.Builder")) {
      replaceOutput(layers, last);
    }
    int end = layers.size() - 1;
    while (end > last && !layers.get(end).has("activation")) {
      end--;
    }
    boolean areLinear = areLinear(layers, last);
    for (int i = 0; i < layers.size(); i++) {
      ObjectNode layer = (ObjectNode) layers.get(i);
      if (activation != null
          && layer.has("activation")
          && (output ? i == end : i < last && (areLinear || !isLinear(layer)))) {
        layer.put("activation", activation);
      }
      if (init != null && layer.has("units") && i < last) {
        layer.put("init", init);
      }
    }
    if (output && code.contains(".nOut(1)")) {
      ((ObjectNode) layers.get(last)).put("units", 1);
    }
    return true;
  }

  /** Leaves one layer with an activation as the output, which is what the code builds. */
  private static void replaceOutput(ArrayNode layers, int output) {
    while (layers.size() > output + 1) {
      layers.remove(layers.size() - 1);
    }
    ((ObjectNode) layers.get(output)).put("activation", "linear");
  }

  private static boolean setRecurrent(ArrayNode layers, String activation) {
    boolean changed = false;
    for (JsonNode layer : layers) {
      if (layer.path("type").asText().equals("lstm")) {
        ((ObjectNode) layer).put("activation", activation);
        changed = true;
      }
    }
    return changed;
  }

  /** Whether all layers before the output are linear, which are then given an activation. */
  private static boolean areLinear(ArrayNode layers, int output) {
    for (int i = 0; i < output; i++) {
      if (layers.get(i).has("activation") && !isLinear(layers.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLinear(JsonNode layer) {
    return layer.path("activation").asText().equals("linear");
  }

  /** Index of the last layer with units; layers after it are activations. */
  private static int outputIndex(ArrayNode layers) {
    for (int i = layers.size() - 1; i >= 0; i--) {
      if (layers.get(i).has("units")) {
        return i;
      }
    }
    return layers.size() - 1;
  }

  /** Adds a batch normalization after each hidden layer with weights that has none. */
  private static boolean normalizeHidden(ObjectNode json) {
    ArrayNode layers = (ArrayNode) json.path("layers");
    int last = outputIndex(layers);
    ArrayNode normalized = json.putArray("layers");
    for (int i = 0; i < layers.size(); i++) {
      JsonNode layer = layers.get(i);
      normalized.add(layer);
      boolean normal =
          i + 1 < layers.size() && layers.get(i + 1).path("type").asText().equals("bn");
      if (i < last && layer.has("units") && !normal) {
        normalized.addObject().put("type", "bn");
      }
    }
    return normalized.size() > layers.size();
  }

  /** The data of the case, standardized by the training data as far as the remedy asks for it. */
  CaseData data(CaseData data) {
    if (!features && !labels && !firstColumn) {
      return data;
    }
    DataSet training = data.training().all();
    DataSet test = data.test().all();
    if (firstColumn) {
      training.setLabels(training.getLabels().getColumn(0, true).dup());
      test.setLabels(test.getLabels().getColumn(0, true).dup());
    }
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fitLabel(labels);
    normalizer.fit(training);
    for (DataSet part : new DataSet[] {training, test}) {
      if (features) {
        normalizer.transform(part.getFeatures());
      }
      if (labels) {
        normalizer.transformLabel(part.getLabels());
      }
    }
    return new CaseData(
        new Examples(training.getFeatures(), training.getLabels()),
        new Examples(test.getFeatures(), test.getLabels()));
  }
}
