package dev.traininghealth.detect;

import dev.traininghealth.numbers.ActivationTraits;
import dev.traininghealth.numbers.LossTraits;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout.Layer;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import java.util.ArrayList;
import java.util.List;

/**
 * What to change, by problem, in DL4J's API and fitting the network: only what it does not have yet
 * is advised, and learning rates are named as numbers. The most promising comes first.
 */
final class Remedies {
  /** A ratio of update to weight that DL4J's guide calls usual. */
  private static final double USUAL_RATIO = 1e-3;

  /** Where updates are exactly 0, nothing says how far off the learning rate is. */
  private static final double RAISE_FROM_ZERO = 1e4;

  private static final int DEEP = 8;
  private static final double UNNORMALISED = 10;

  private final NetworkLayout layout;
  private final Measurement m;
  private final Finding finding;
  private final String sentence;
  private final boolean habit;
  private final RateRemedies rates;
  private final List<Remedy> remedies = new ArrayList<>();

  private Remedies(
      Finding finding, String sentence, boolean habit, NetworkLayout layout, Measurement m) {
    this.sentence = sentence;
    this.habit = habit;
    this.finding = finding;
    this.layout = layout;
    this.m = m;
    rates = new RateRemedies(layout, m);
  }

  /**
   * Advises.
   *
   * @param sentence the finding in words
   * @param habit whether what was observed is the usual update:weight ratio
   */
  static List<Remedy> of(
      Finding finding, String sentence, boolean habit, NetworkLayout layout, Measurement m) {
    Remedies r = new Remedies(finding, sentence, habit, layout, m);
    switch (finding.problem().name()) {
      case "non_finite" -> r.nonFinite();
      case "exploding" -> r.exploding();
      case "vanishing" -> r.vanishing();
      case "dead_relu" -> r.deadRelu();
      case "saturated" -> r.saturated();
      case "oscillating" -> r.oscillating();
      case "not_learning" -> r.notLearning();
      case "data" -> r.data();
      case "plateau" -> r.plateau();
      default -> {}
    }
    return r.remedies;
  }

  private void nonFinite() {
    NonFiniteOrigin origin = finding.origin();
    NonFiniteOrigin.Place place = origin == null ? null : origin.place();
    if (place == NonFiniteOrigin.Place.FEATURES || place == NonFiniteOrigin.Place.LABELS) {
      String data = place == NonFiniteOrigin.Place.FEATURES ? "features" : "labels";
      add(
          "Find the examples with missing or broken "
              + data
              + " and repair or drop them before training.",
          "if (dataSet.get"
              + (place == NonFiniteOrigin.Place.FEATURES ? "Features" : "Labels")
              + "().isNaN().any()) { /* repair or drop */ }");
      return;
    }
    if (place == NonFiniteOrigin.Place.WEIGHT) {
      add(
          "Go on from the last good model: a weight that is not finite never recovers.",
          "MultiLayerNetwork.load(new File(\"last-good.zip\"), true)");
    }
    boolean ofLoss = place == NonFiniteOrigin.Place.SCORE; // all before it is finite: look there first
    if (ofLoss) {
      fitOutput();
    }
    normalise();
    lowerLearningRate(10);
    clip();
    if (!ofLoss) {
      fitOutput();
    }
  }

  private void exploding() {
    normalise();
    double reduction = 10;
    if (habit) {
      reduction = finding.observed() / USUAL_RATIO;
    }
    lowerLearningRate(reduction);
    clip();
    recurrent();
    heInit();
  }

  private void vanishing() {
    if (finding.parameter() >= 0) {
      add(
          "Look for what takes the weights away: a large L2 or weight decay, pruning, or code that"
              + " writes to them.",
          ".l2(1e-4)");
      return;
    }
    reluInsteadOfSquashing();
    batchNormalization();
    recurrent();
    if (depth() >= DEEP) {
      add(
          "Use fewer layers, or let the gradient pass by them: "
              + depth()
              + " layers with weights are many for a plain stack.",
          "new ComputationGraphConfiguration.GraphBuilder(...).addVertex(\"add\", new"
              + " ElementWiseVertex(ElementWiseVertex.Op.Add), \"in\", \"out\") // skip connection");
    }
    heInit();
  }

  private void deadRelu() {
    normalise();
    lowerLearningRate(10);
    heInit();
    add(
        "Let units that are below zero pass a little gradient, so that they can come back.",
        ".activation(Activation.LEAKYRELU)");
    batchNormalization();
  }

  private void saturated() {
    normalise();
    reluInsteadOfSquashing();
    lowerLearningRate(10);
    batchNormalization();
    for (Layer layer : layout.layers()) {
      String init = layer.configuration().weightInit();
      if (layer.activationTraits().isSquashing()
          && !init.isEmpty()
          && !init.startsWith("WeightInitXavier")) {
        add(
            "Begin with smaller weights, so that units start where their function has a slope.",
            ".weightInit(WeightInit.XAVIER)");
        return;
      }
    }
  }

  private void oscillating() {
    lowerLearningRate(10);
    if (m.batchSize > 0 && m.batchSize < 16) {
      add(
          "Use larger minibatches: the gradient of "
              + m.batchSize
              + (m.batchSize == 1 ? " example" : " examples")
              + " is mostly noise.",
          "new ListDataSetIterator<>(examples, 32)");
    }
    normalise();
    clip();
  }

  private void notLearning() {
    fitOutput();
    normalise();
    if (rates.used() == 0) {
      remedies.add(
          Remedy.ofRate("The learning rate is 0: set one.", ".updater(new Adam(1e-3))", 1e-3));
      return;
    }
    boolean tooSmall = finding.threshold() <= 1e-4 && finding.observed() < finding.threshold();
    if (rates.used() > 0 && tooSmall) {
      boolean zero = finding.observed() == 0;
      double by = zero ? RAISE_FROM_ZERO : USUAL_RATIO / finding.observed();
      String why = zero ? "exactly 0." : Words.number(by) + " times smaller than usual.";
      rates.raise(finding, by, "updates are " + why).ifPresent(remedies::add);
    } else {
      reluInsteadOfSquashing();
      rates.bothWays().ifPresent(remedies::add);
    }
    heInit();
    batchNormalization();
  }

  private void data() {
    if (sentence.startsWith("All features")) {
      add(
          "Look at what the iterator returns: something upstream gives the same numbers for every"
              + " example.",
          "System.out.println(iterator.next().getFeatures());");
      return;
    }
    fitOutput();
    normalise();
    if (sentence.startsWith("Labels")) {
      if (finding.layer() >= 0
          && layout.layers().get(finding.layer()).configuration().lossTraits().hasClassNumbers()) {
        add(
            "Number the classes from 0, and give the output layer a unit for each.",
            ".nOut(numberOfClasses)");
        return;
      }
      add(
          "Scale the labels into the range of the output, or let the output be linear.",
          ".lossFunction(LossFunctions.LossFunction.MSE).activation(Activation.IDENTITY)");
    }
  }

  private void plateau() {
    lowerLearningRate(10);
    add("Stop here: the network has learned what this setting lets it learn.", "");
  }

  private void normalise() {
    double scale = Math.max(Math.abs(m.data.featureMean), m.data.featureStandardDeviation);
    if (scale > UNNORMALISED || (scale > 0 && scale < 1 / UNNORMALISED)) {
      boolean image = m.data.featureMin >= 0 && m.data.featureMax <= 255 && m.data.featureMax > 200;
      add(
          "Normalise the features: their scale is " + Words.number(scale) + ", 1 is meant.",
          image
              ? "iterator.setPreProcessor(new ImagePreProcessingScaler(0, 1));"
              : "NormalizerStandardize n = new NormalizerStandardize(); n.fit(iterator);"
                  + " iterator.setPreProcessor(n);");
    }
  }

  private void lowerLearningRate(double factor) {
    rates.lower(factor).ifPresent(remedies::add);
  }

  private void clip() {
    for (Layer layer : layout.layers()) {
      if (layer.parameterCount() > 0 && layer.configuration().gradientNormalization().isEmpty()) {
        add(
            "Clip the gradient of each layer, so that one bad minibatch cannot throw the weights far.",
            ".gradientNormalization(GradientNormalization.ClipL2PerLayer)"
                + ".gradientNormalizationThreshold(1.0)");
        return;
      }
    }
  }

  private void reluInsteadOfSquashing() {
    int first = -1;
    int count = 0;
    for (int i = 0; i < layout.layers().size(); i++) {
      Layer layer = layout.layers().get(i);
      if (layer.activationTraits().isSquashing()
          && !layer.configuration().isOutput()
          && !isRecurrent(layer)) {
        first = first < 0 ? i : first;
        count++;
      }
    }
    if (count > 0) {
      Layer squashing = layout.layers().get(first);
      double slope = squashing.activationTraits().steepestSlope();
      add(
          "Use ReLU with He initialisation instead of "
              + squashing.activation()
              + " in "
              + (count == 1 ? "hidden layer " + first : count + " hidden layers")
              + ": its slope is 1, not "
              + (slope < 1 ? "at most " + Words.number(slope) : "near 0 at its limits")
              + ".",
          ".activation(Activation.RELU).weightInit(WeightInit.RELU)");
    }
  }

  private void heInit() {
    for (Layer layer : layout.layers()) {
      String init = layer.configuration().weightInit();
      if (layer.activationTraits().suitsHeInitialization()
          && !layer.configuration().isOutput()
          && !init.isEmpty()
          && !init.contains("Relu")
          && !init.contains("XavierUniform")
          && !init.equals("WeightInitXavier")) {
        add(
            "Initialise ReLU layers with variance 2 / nIn (He et al. 2015), which keeps the signal's"
                + " scale through the layers.",
            ".weightInit(WeightInit.RELU)");
        return;
      }
    }
  }

  private void batchNormalization() {
    for (Layer layer : layout.layers()) {
      if (layer.type().equals("BatchNormalization") || isRecurrent(layer)) {
        return;
      }
    }
    if (depth() >= 3) {
      int after = Math.max(0, finding.layer());
      add(
          "Put batch normalization after hidden layers, from layer " + after + " on.",
          ".layer(new BatchNormalization())");
    }
  }

  private void recurrent() {
    for (Layer layer : layout.layers()) {
      if (layer.type().equals("SimpleRnn")) {
        add(
            "Use LSTM instead of SimpleRnn: its cell carries the gradient over many steps.",
            "new LSTM.Builder().nOut(" + layer.configuration().units() + ")");
        return;
      }
    }
  }

  private void fitOutput() {
    for (Layer layer : layout.layers()) {
      LossTraits loss = layer.configuration().lossTraits();
      ActivationTraits activation = layer.activationTraits();
      boolean single = layer.configuration().units() == 1;
      if (single && (activation.isDistribution() || loss.wantsDistribution())) {
        add(
            "For two classes with one output unit take sigmoid and binary cross-entropy.",
            "new OutputLayer.Builder(LossFunctions.LossFunction.XENT).nOut(1)"
                + ".activation(Activation.SIGMOID)");
      } else if (loss.wantsDistribution() && !activation.isDistribution()) {
        add(
            "Give the output layer softmax, which this loss is made for.",
            ".activation(Activation.SOFTMAX)");
      } else if (loss.wantsProbabilities() && !activation.givesProbabilities()) {
        add(
            "Give the output layer sigmoid, which this loss is made for.",
            ".activation(Activation.SIGMOID)");
      }
    }
  }

  private static boolean isRecurrent(Layer layer) {
    String type = layer.type();
    return type.contains("LSTM") || type.contains("Rnn") || type.equals("Bidirectional");
  }

  /** Layers with weights. */
  private int depth() {
    int depth = 0;
    for (Layer layer : layout.layers()) {
      depth += layer.parameterCount() > 0 ? 1 : 0;
    }
    return depth;
  }

  private void add(String advice, String code) {
    remedies.add(new Remedy(advice, code));
  }
}
