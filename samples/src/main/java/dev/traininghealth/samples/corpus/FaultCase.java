package dev.traininghealth.samples.corpus;

import dev.traininghealth.samples.corpus.RunResult.Outcome;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * A training set-up and its problem, if any.
 *
 * @param id its name
 * @param problem its problem; {@code none} for a healthy one
 * @param accept other problems that count as correct
 * @param repairTarget the target of a repaired run, or null
 * @param data name of the data folder
 * @param featureScale factor on the features
 * @param inputShape {@code [n]}, {@code [steps, features]}, {@code [height, width, channels]} or
 *     {@code [depth, height, width, channels]}
 * @param network the layers, loss and optimizer, as in the case file
 * @param learningRate of the optimizer; NaN if it has none
 * @param batch examples per minibatch
 * @param epochs passes over the training data
 * @param accuracy whether its metric is the accuracy
 * @param feeding how the examples reach the network
 * @param label what is known of its fault
 */
record FaultCase(
    String id,
    String problem,
    Set<String> accept,
    @Nullable RepairTarget repairTarget,
    String data,
    double featureScale,
    List<Integer> inputShape,
    Fields network,
    double learningRate,
    int batch,
    int epochs,
    boolean accuracy,
    Feeding feeding,
    FaultLabel label) {
  static final String HEALTHY = "none";
  static final String NON_FINITE = "non_finite";
  static final String EXPLODING = "exploding";

  /** Problems of which no diagnosis is expected, and none is false. */
  private static final Set<String> NOT_JUDGED =
      Set.of("undetectable_in_training", "learns_anyway", FaultLabel.MISSING);

  private static final Set<String> PROBLEMS =
      Set.of(
          HEALTHY,
          NON_FINITE,
          EXPLODING,
          "vanishing",
          "dead_relu",
          "saturated",
          "oscillating",
          "not_learning",
          "overfitting",
          "data",
          "undetectable_in_training",
          "learns_anyway",
          FaultLabel.MISSING);

  /**
   * How the examples reach the network.
   *
   * @param shuffled whether they have a new order in each epoch, instead of that of the file
   * @param minibatches whether each minibatch is passed to DL4J in a call of its own
   */
  record Feeding(boolean shuffled, boolean minibatches) {
    private static Feeding of(Fields fields) throws CorpusException {
      boolean minibatches = fields.has("fitMode");
      if (minibatches && !fields.text("fitMode").equals("one_by_one")) {
        throw fields.unknown("fitMode", Set.of("one_by_one"));
      }
      return new Feeding(fields.flag("shuffle", true), minibatches);
    }
  }

  /**
   * The target of a repaired run; one of the two is null.
   *
   * @param trainScore maximum of the training score
   * @param testAccuracy minimum of the test accuracy, 0 to 1
   */
  record RepairTarget(@Nullable Double trainScore, @Nullable Double testAccuracy) {
    boolean isReachedBy(Outcome outcome) {
      Double accuracy = outcome.testAccuracy();
      if (testAccuracy != null) {
        return accuracy != null && accuracy >= testAccuracy;
      }
      return trainScore != null && outcome.trainScore() <= trainScore;
    }
  }

  /** The same case with another learning rate, which is also the start of a schedule. */
  FaultCase withLearningRate(double rate) {
    return new FaultCase(
        id,
        problem,
        accept,
        repairTarget,
        data,
        featureScale,
        inputShape,
        network,
        rate,
        batch,
        epochs,
        accuracy,
        feeding,
        label);
  }

  /** Whether the case has no problem. */
  boolean isHealthy() {
    return problem.equals(HEALTHY);
  }

  /** Whether the case has a problem that must be detected. */
  boolean isFaulty() {
    return !isHealthy() && !NOT_JUDGED.contains(problem);
  }

  /** Whether a diagnosis of that problem is correct. */
  boolean accepts(String diagnosed) {
    return isFaulty() && (diagnosed.equals(problem) || accept.contains(diagnosed));
  }

  static FaultCase of(JsonNode json) throws CorpusException {
    String id = new Fields("A case", json).text("id");
    Fields fields = new Fields("Case " + id, json);
    String problem = fields.text("problem", FaultLabel.MISSING);
    if (!PROBLEMS.contains(problem)) {
      throw fields.unknown("problem", PROBLEMS);
    }
    List<Integer> shape = fields.counts("inputShape");
    if (shape.isEmpty() || shape.size() > 4) {
      throw fields.error(
          "inputShape must be [n], [steps, features], [height, width, channels] or"
              + " [depth, height, width, channels], was "
              + shape);
    }
    return new FaultCase(
        id,
        problem,
        Set.copyOf(fields.texts("accept")),
        repairTarget(fields),
        fields.text("data"),
        fields.number("featureScale", 1),
        shape,
        fields,
        Optimization.hasLearningRate(fields) ? fields.number("learningRate") : Double.NaN,
        fields.count("batch"),
        fields.count("epochs"),
        isAccuracy(fields),
        Feeding.of(fields),
        FaultLabel.of(fields));
  }

  private static boolean isAccuracy(Fields fields) throws CorpusException {
    return switch (fields.text("metric")) {
      case "accuracy" -> true;
      case "mse" -> false;
      default -> throw fields.unknown("metric", Set.of("accuracy", "mse"));
    };
  }

  private static @Nullable RepairTarget repairTarget(Fields fields) throws CorpusException {
    Fields target = fields.child("repairTarget");
    if (target == null) {
      return null;
    }
    target.allowOnly(Set.of("trainScore", "testAccuracy"));
    if (target.has("trainScore") == target.has("testAccuracy")) {
      throw fields.error(
          "repairTarget must have trainScore or testAccuracy, was " + fields.shown("repairTarget"));
    }
    return target.has("trainScore")
        ? new RepairTarget(target.number("trainScore"), null)
        : new RepairTarget(null, target.number("testAccuracy"));
  }
}
