package dev.traininghealth.setup;

import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Set;

/**
 * Finds few examples for many parameters, and minibatches of one example.
 *
 * <ul>
 *   <li><b>What</b>: INFO for more than {@value #MAX_PARAMETERS_PER_LABEL} parameters per label
 *       value, if all data were read and are fewer than {@value #MANY_EXAMPLES} examples. INFO for
 *       minibatches of one example. WARNING for these with batch normalization of vectors: the mean
 *       of one example is the example, so that its output is constant.
 *   <li><b>Source</b>: networks memorize random labels if they have more parameters than examples
 *       (Zhang et al. 2017); Ioffe and Szegedy 2015.
 *   <li><b>Defaults</b>: large networks generalize from many examples with far more parameters, so
 *       that both numbers must be extreme.
 *   <li><b>When not to use</b>: transfer learning, whose frozen parameters are not counted, and
 *       online learning.
 * </ul>
 */
final class ExampleCountRule implements SetupRule {
  /** Parameters per label value above which memorizing is easy. */
  private static final double MAX_PARAMETERS_PER_LABEL = 100;

  /** Examples from which a large network is usual. */
  private static final int MANY_EXAMPLES = 1000;

  /** Types of layers that have one output per example and unit for such an input. */
  private static final Set<String> VECTOR_LAYERS =
      Set.of("DenseLayer", "BatchNormalization", "ActivationLayer", "DropoutLayer");

  @Override
  public String name() {
    return "example-count";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    parameters(setup, findings);
    if (setup.data().largestBatch() == 1 && setup.data().minibatches() > 1) {
      minibatches(setup, findings);
    }
  }

  private static void parameters(Setup setup, FindingReporter findings) {
    long parameters =
        setup.layout().parameters().stream()
            .filter(NetworkLayout.Parameter::isTrained)
            .mapToLong(NetworkLayout.Parameter::length)
            .sum();
    long labels = setup.data().labels().stream().mapToLong(l -> l.vectors()).sum();
    double ratio = (double) parameters / Math.max(1, labels);
    if (setup.data().isComplete()
        && setup.data().examples() < MANY_EXAMPLES
        && ratio > MAX_PARAMETERS_PER_LABEL) {
      findings.report(
          Findings.of(
                  Problem.FEW_EXAMPLES,
                  Severity.INFO,
                  ratio,
                  MAX_PARAMETERS_PER_LABEL,
                  Message.of(
                      "say.setup.fewExamples",
                      Argument.count(parameters),
                      Argument.count(setup.data().examples())))
              .withRemedies(
                  List.of(
                      new Remedy(Message.of("remedy.smallerNetwork"), ".l2(1e-4).dropOut(0.5)"))));
    }
  }

  private static void minibatches(Setup setup, FindingReporter findings) {
    List<NetworkLayout.Layer> layers = setup.layout().layers();
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).type().equals("BatchNormalization") && isOfVectors(setup, i)) {
        findings.report(
            Findings.of(
                    Problem.UNSUITABLE_NETWORK,
                    Severity.WARNING,
                    1,
                    1,
                    Message.of("say.setup.normalizationOfOne", Argument.count(i)))
                .inLayer(i)
                .withRemedies(setup.advice().largerMinibatches().remedies()));
        return;
      }
    }
    findings.report(
        Findings.of(Problem.FEW_EXAMPLES, Severity.INFO, 1, 1, Message.of("say.setup.oneExample"))
            .withRemedies(setup.advice().largerMinibatches().remedies()));
  }

  /**
   * Whether a layer's input has one value per example and unit. Images and series have several,
   * which are not constant.
   */
  private static boolean isOfVectors(Setup setup, int layer) {
    return setup.data().kept().get(0).features().stream().allMatch(x -> x.rank() == 2)
        && setup.layout().layers().subList(0, layer).stream()
            .allMatch(before -> VECTOR_LAYERS.contains(before.type()));
  }
}
