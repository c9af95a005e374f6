package dev.traininghealth.detect.advice;

import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.text.NumberText;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists of remedies against problems of the data and of how they are used.
 *
 * @hidden
 */
public final class DataRemedies {
  /** Factor by which a rate is lowered for single examples. Users try rates in powers of ten. */
  private static final double SINGLE_EXAMPLE_REDUCTION = 10;

  /**
   * Factor by which minibatches are enlarged, or a rate is lowered, against noise. It halves the
   * noise of a step, and is tried within a run of the same length.
   */
  private static final int NOISE_REDUCTION = 4;

  static final String NORMALIZE_LABELS_CODE =
      "NormalizerStandardize n = new NormalizerStandardize(); n.fitLabel(true);"
          + " n.fit(iterator); iterator.setPreProcessor(n);";

  private DataRemedies() {}

  /**
   * {@return the remedies for examples that are not finite}
   *
   * @param place features or labels
   */
  public static List<Remedy> repairExamples(NetworkLayout layout, Place place) {
    // A graph's minibatch may be a MultiDataSet, which has several arrays of each.
    boolean isGraph = layout.modelClass().equals("ComputationGraph");
    return List.of(DataAdvice.repairExamples(place, isGraph));
  }

  /** {@return the remedies for features that never change} */
  public static List<Remedy> lookAtFeatures() {
    return List.of(
        new Remedy(
            Message.of("remedy.lookAtFeatures"),
            "System.out.println(iterator.next().getFeatures());"));
  }

  /** {@return the remedies for labels that are all the same} */
  public static List<Remedy> lookAtLabels() {
    return List.of(
        new Remedy(
            Message.of("remedy.lookAtLabels"), "System.out.println(iterator.next().getLabels());"));
  }

  /**
   * {@return the remedies for labels under softmax that do not add up to 1}
   *
   * @param areColumnsEqual whether each example has the same label in all columns, which ask all
   *     units for the same
   */
  public static List<Remedy> fitLabelSums(boolean areColumnsEqual) {
    return List.of(
        areColumnsEqual
            ? new Remedy(Message.of("remedy.oneColumn"), OutputAdvice.BINARY_CODE)
            : new Remedy(
                Message.of("remedy.oneLabel"),
                ".lossFunction(LossFunctions.LossFunction.XENT).activation(Activation.SIGMOID)"));
  }

  /** {@return the remedies for labels that are not normalized} */
  public static List<Remedy> normalizeLabels() {
    return List.of(new Remedy(Message.of("remedy.normalizeLabels"), NORMALIZE_LABELS_CODE));
  }

  /**
   * {@return the remedies for labels whose scale is large, with an updater for the scale that they
   * get}
   */
  public static List<Remedy> normalizeLargeLabels(NetworkLayout layout, Measurement now) {
    LearningRateAdvice rates = new LearningRateAdvice(layout, now);
    FittingUpdater updater = new FittingUpdater(layout, rates);
    return normalizeLabels().stream().map(updater::forNormalizedLabels).toList();
  }

  /** {@return the remedies for classes of which one is far more frequent than all others} */
  public static List<Remedy> balanceClasses() {
    return List.of(
        new Remedy(
            Message.of("remedy.weightClasses"),
            "new LossMCXENT(Nd4j.createFromArray(weightOfEachClass))"));
  }

  /** {@return the remedies for examples in the order of their classes} */
  public static List<Remedy> shuffle() {
    return List.of(
        new Remedy(
            Message.of("remedy.shuffle"),
            "dataSet.shuffle(); new ListDataSetIterator<>(dataSet.asList(), 32)"));
  }

  /** {@return the remedies for examples far outside the scale of the others} */
  public static List<Remedy> lookAtOutliers(int example) {
    return List.of(
        new Remedy(
            Message.of("remedy.lookAtOutliers"),
            "System.out.println(dataSet.getFeatures().getRow(" + example + "));"));
  }

  /**
   * {@return the remedies for dropout that retains little}
   *
   * @param retained the present probability
   */
  public static List<Remedy> retainMore(double retained) {
    String other = NumberText.number(1 - retained);
    return List.of(
        new Remedy(
            Message.of("remedy.retain", Argument.number(1 - retained)), ".dropOut(" + other + ")"));
  }

  /** {@return the remedies for minibatches of one example} */
  public static List<Remedy> enlargeMinibatches(History history) {
    List<Remedy> remedies = new ArrayList<>();
    DataAdvice.enlargeMinibatches(history.current().batchSize()).ifPresent(remedies::add);
    new LearningRateAdvice(history.layout(), history.current())
        .lower(SINGLE_EXAMPLE_REDUCTION)
        .ifPresent(remedies::add);
    return remedies;
  }

  /**
   * {@return the remedies for minibatches so small that the noise of their gradients keeps the
   * score from falling}
   */
  public static List<Remedy> againstGradientNoise(History history) {
    int larger = NOISE_REDUCTION * history.current().batchSize();
    List<Remedy> remedies = new ArrayList<>();
    remedies.add(minibatchesOf(larger, "remedy.minibatchSize.larger"));
    new LearningRateAdvice(history.layout(), history.current())
        .lower(NOISE_REDUCTION)
        .ifPresent(remedies::add);
    return remedies;
  }

  /**
   * {@return the remedies for minibatches that are larger than their gradient needs}
   *
   * @param examples a size that suffices
   */
  public static List<Remedy> reduceMinibatches(int examples) {
    return List.of(minibatchesOf(examples, "remedy.minibatchSize.smaller"));
  }

  private static Remedy minibatchesOf(int examples, String key) {
    return new Remedy(
        Message.of(key, Argument.count(examples)),
        "new ListDataSetIterator<>(examples, " + examples + ")");
  }

  /**
   * {@return the remedies for a score that climbs after the run has converged: its best model, and
   * an updater whose steps do not grow}
   */
  public static List<Remedy> afterConvergence(History history) {
    List<Remedy> remedies = new ArrayList<>();
    remedies.add(new Remedy(Message.of("remedy.keepBest"), DataAdvice.BEST_MODEL_CODE));
    double rate = new LearningRateAdvice(history.layout(), history.current()).configured();
    new LayerAdvice(history.layout()).steadySecondMoment(rate).ifPresent(remedies::add);
    return remedies;
  }

  /** {@return the remedies if data, targets or another network in the loss change by design} */
  public static List<Remedy> forMovingObjective() {
    return List.of(
        new Remedy(
            Message.of("remedy.movingObjective"),
            "TrainingHealthListener.builder(storage).movingObjective().build()"));
  }

  /**
   * {@return the remedies for a network that memorizes its examples}
   *
   * @param bestIteration iteration of the lowest validation score
   */
  public static List<Remedy> againstOverfitting(long bestIteration) {
    return List.of(
        new Remedy(
            Message.of("remedy.stopAtBest", Argument.count(bestIteration)),
            DataAdvice.BEST_MODEL_CODE),
        new Remedy(Message.of("remedy.regularize"), ".l2(1e-4).dropOut(0.5)"));
  }
}
