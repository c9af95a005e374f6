package dev.traininghealth.samples.corpus;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.distribution.Distribution;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.OrthogonalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The initialization of weights and biases. Names with a fan-in mean DL4J's, whose {@code
 * lecun_uniform} reaches to 3/√fanIn, wider than that of Keras.
 */
final class Initialization {
  private static final Pattern NORMAL = Pattern.compile("normal_([0-9.e-]+)");
  private static final Pattern NORMAL_AROUND = Pattern.compile("normal_(-?[0-9.e-]+)_([0-9.e-]+)");
  private static final Pattern UNIFORM = Pattern.compile("uniform_([0-9.e-]+)");
  private static final Pattern BETWEEN = Pattern.compile("uniform_(-?[0-9.e-]+)_(-?[0-9.e-]+)");
  private static final Pattern CONSTANT = Pattern.compile("const_(-?[0-9.e-]+)");
  private static final Set<String> KNOWN =
      Set.of(
          "he_uniform",
          "he_normal",
          "glorot_uniform",
          "glorot_normal",
          "lecun_uniform",
          "lecun_normal",
          "orthogonal",
          "xavier",
          "uniform_LIMIT",
          "uniform_FROM_TO",
          "normal_DEVIATION",
          "normal_MEAN_DEVIATION",
          "const_VALUE",
          "zeros",
          "ones");

  private Initialization() {}

  /** The weights' initialization; {@code glorot_uniform} if the layer does not specify one. */
  static IWeightInit ofWeights(Fields layer) throws CorpusException {
    String name = layer.text("init", "glorot_uniform");
    WeightInit byFan =
        switch (name) {
          case "he_uniform" -> WeightInit.RELU_UNIFORM;
          case "he_normal" -> WeightInit.RELU;
          case "glorot_uniform" -> WeightInit.XAVIER_UNIFORM;
          case "xavier", "glorot_normal" -> WeightInit.XAVIER;
          case "lecun_uniform" -> WeightInit.LECUN_UNIFORM;
          case "lecun_normal" -> WeightInit.LECUN_NORMAL;
          default -> null;
        };
    if (byFan != null) {
      return byFan.getWeightInitFunction();
    }
    if (name.equals("orthogonal")) {
      return new WeightInitDistribution(new OrthogonalDistribution(1.0));
    }
    Distribution distribution = distribution(layer, "init", name);
    return distribution == null
        ? new WeightInitConstant(constant(layer, "init", name))
        : new WeightInitDistribution(distribution);
  }

  /**
   * Sets the biases as the layer specifies; otherwise they stay as DL4J initialized them. DL4J
   * itself supports only constants, and none for LSTMs. Random values come from a separate
   * generator.
   */
  static void setBiases(Fields layer, @Nullable INDArray biases, int seed) throws CorpusException {
    if (!layer.has("bias_init") || biases == null) {
      return;
    }
    String name = layer.text("bias_init");
    Distribution distribution = distribution(layer, "bias_init", name);
    if (distribution == null) {
      biases.assign(constant(layer, "bias_init", name));
      return;
    }
    Random random = Nd4j.getRandomFactory().getNewRandomInstance(seed);
    for (long i = 0; i < biases.length(); i++) {
      biases.putScalar(
          i,
          distribution instanceof UniformDistribution uniform
              ? uniform.getLower() + random.nextDouble() * (uniform.getUpper() - uniform.getLower())
              : gaussian(random, (NormalDistribution) distribution));
    }
  }

  private static double gaussian(Random random, NormalDistribution distribution) {
    return distribution.getMean() + random.nextGaussian() * distribution.getStd();
  }

  private static @Nullable Distribution distribution(Fields layer, String key, String name)
      throws CorpusException {
    Matcher normal = NORMAL.matcher(name);
    if (normal.matches()) {
      return new NormalDistribution(0, number(layer, key, normal.group(1)));
    }
    Matcher around = NORMAL_AROUND.matcher(name);
    if (around.matches()) {
      return new NormalDistribution(
          number(layer, key, around.group(1)), number(layer, key, around.group(2)));
    }
    Matcher uniform = UNIFORM.matcher(name);
    if (uniform.matches()) {
      double limit = number(layer, key, uniform.group(1));
      return new UniformDistribution(-limit, limit);
    }
    Matcher between = BETWEEN.matcher(name);
    if (between.matches()) {
      return new UniformDistribution(
          number(layer, key, between.group(1)), number(layer, key, between.group(2)));
    }
    return null;
  }

  private static double constant(Fields layer, String key, String name) throws CorpusException {
    Matcher constant = CONSTANT.matcher(name);
    if (constant.matches()) {
      return number(layer, key, constant.group(1));
    }
    return switch (name) {
      case "zeros" -> 0;
      case "ones" -> 1;
      default -> throw layer.unknown(key, KNOWN);
    };
  }

  private static double number(Fields layer, String key, String text) throws CorpusException {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw layer.unknown(key, KNOWN);
    }
  }
}
