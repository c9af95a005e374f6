package dev.traininghealth.detect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Problems;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.IUpdater;

/** That the code of remedies is DL4J's, and says what the advice says. */
final class RemedyCodeTest {
  private static final String UPDATERS = "org.nd4j.linalg.learning.config.";

  private static final List<String> PACKAGES =
      List.of(
          UPDATERS,
          "org.nd4j.linalg.activations.",
          "org.nd4j.linalg.dataset.api.preprocessor.",
          "org.nd4j.linalg.lossfunctions.",
          "org.deeplearning4j.datasets.iterator.utilty.",
          "org.deeplearning4j.nn.conf.",
          "org.deeplearning4j.nn.conf.graph.",
          "org.deeplearning4j.nn.conf.layers.",
          "org.deeplearning4j.nn.weights.");

  private static final List<Problem> PROBLEMS =
      List.of(
          Problem.NON_FINITE,
          Problem.EXPLODING_GRADIENT,
          Problem.VANISHING_GRADIENT,
          Problem.DEAD_RELU,
          Problem.SATURATED_UNITS,
          Problem.OSCILLATING_SCORE,
          Problem.NOT_LEARNING,
          Problem.PLATEAU);

  /** A class and what is taken from it, e.g. {@code LossFunctions.LossFunction.XENT}. */
  private static final Pattern NAME = Pattern.compile("(?<![\\w.])[A-Z]\\w*(\\.[A-Z]\\w*)*");

  private static List<NetworkLayout> networks() {
    List<NetworkLayout> networks = new ArrayList<>();
    for (String activation : List.of("relu", "sigmoid", "tanh")) {
      for (int layers : new int[] {1, 4, 20}) {
        networks.add(
            new LayoutBuilder()
                .weightInit("WeightInitNormal")
                .dense(layers, activation)
                .output(10, "softmax", "LossMCXENT")
                .build());
      }
    }
    networks.add(new LayoutBuilder().simpleRnn().output(3, "softmax", "LossMCXENT").build());
    networks.add(LayoutBuilder.withOutput(1, "softmax", "LossMCXENT"));
    networks.add(LayoutBuilder.withOutput(1, "identity", "LossBinaryXENT"));
    networks.add(LayoutBuilder.withOutput(4, "identity", "LossNegativeLogLikelihood"));
    return networks;
  }

  private static List<Remedy> everything() {
    List<Remedy> remedies = new ArrayList<>();
    for (NetworkLayout network : networks()) {
      for (Problem problem : PROBLEMS) {
        Advised small = new Advised(network);
        small.m.batchSize = 2;
        remedies.addAll(small.on(problem));
        remedies.addAll(new Advised(network).features(0, 255).on(problem));
        remedies.addAll(new Advised(network).features(0, 9000).on(problem));
        remedies.addAll(new Advised(network).learningRate(0).on(problem));
        remedies.addAll(
            small.on(
                Finding.of(
                    Problem.UNNORMALIZED_FEATURES,
                    Severity.INFO,
                    9,
                    Comparison.ABOVE,
                    1,
                    () -> "Labels go far.")));
      }
    }
    return remedies;
  }

  @Test
  void shouldAdviseSomethingForEveryProblemInEveryNetwork() {
    for (NetworkLayout network : networks()) {
      for (Problem problem : PROBLEMS) {
        if (problem.is(ProblemFamily.VANISHING) && network.layers().size() < 3) {
          continue; // nothing to vanish along
        }
        List<Remedy> remedies = new Advised(network).on(problem);
        assertThat(remedies).as("%s", problem).isNotEmpty().doesNotHaveDuplicates();
        assertThat(remedies).allMatch(r -> r.advice().endsWith("."));
      }
    }
  }

  @Test
  void shouldNameClassesAndConstantsThatExist() {
    Set<String> names = new TreeSet<>();
    for (Remedy remedy : everything()) {
      String code = remedy.code().replaceAll("//.*|/\\*.*?\\*/|\"[^\"]*\"", "");
      Matcher matcher = NAME.matcher(code);
      while (matcher.find()) {
        names.add(matcher.group());
      }
    }

    assertThat(names).contains("Activation.RELU", "ElementWiseVertex.Op.Add", "Adam");
    assertThat(names).filteredOn(name -> !exists(name)).as("unknown to DL4J").isEmpty();
    assertThat(exists("Activation.NO_SUCH")).isFalse();
    assertThat(exists("NoSuchLayer")).isFalse();
  }

  private static boolean exists(String name) {
    String[] parts = name.split("\\.", -1);
    for (String inPackage : PACKAGES) {
      Class<?> found = find(inPackage + parts[0]);
      for (int i = 1; i < parts.length && found != void.class; i++) {
        String part = parts[i];
        Class<?> outer = found;
        boolean constant =
            i == parts.length - 1
                && Arrays.stream(outer.getFields()).anyMatch(f -> f.getName().equals(part));
        found = constant ? outer : find(outer.getName() + "$" + part);
      }
      if (found != void.class) {
        return true;
      }
    }
    return false;
  }

  /** The class of a name, or {@code void}. */
  private static Class<?> find(String name) {
    try {
      return Class.forName(name, false, RemedyCodeTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      return void.class;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "exploding, Adam, 1e-3",
    "exploding, Sgd, 0.5",
    "exploding, Sgd, 100",
    "non_finite, RmsProp, 0.05",
    "dead_relu, AdaGrad, 0.01",
    "saturated, AMSGrad, 1e-5",
    "oscillating, Nadam, 0.002",
    "plateau, AdaMax, 0.0009",
  })
  void shouldLowerTheLearningRateOfTheUpdaterThatThereIs(
      String problem, String updater, double rate) throws ReflectiveOperationException {
    NetworkLayout layout =
        new LayoutBuilder()
            .updater(updater)
            .dense(3, "relu")
            .output(10, "softmax", "LossMCXENT")
            .build();
    List<Remedy> remedies = new Advised(layout).learningRate(rate).on(Problems.of(problem));

    assertThat(Advised.updaters(remedies)).hasSize(1);
    Advised.Updater advised = Advised.updaters(remedies).get(0);
    assertThat(advised.name()).isEqualTo(updater);
    assertThat(advised.learningRate()).isBetween(rate / 20, rate / 2);
    assertThat(made(advised).getLearningRate(0, 0)).isEqualTo(advised.learningRate());
  }

  /** What the code makes. */
  private static IUpdater made(Advised.Updater updater) throws ReflectiveOperationException {
    return Class.forName(UPDATERS + updater.name())
        .asSubclass(IUpdater.class)
        .getConstructor(double.class)
        .newInstance(updater.learningRate());
  }

  @Test
  void shouldNameNoLearningRateWhereThereIsNone() {
    Advised advice = new Advised(LayoutBuilder.classifier(3, "relu")).learningRate(Double.NaN);

    for (Problem problem : PROBLEMS) {
      assertThat(Advised.code(advice.on(problem))).doesNotContain(".updater");
    }
  }

  @Test
  void shouldRaiseALearningRateWhoseUpdatesAreTooSmall() {
    Finding slow =
        Finding.of(
            Problem.NOT_LEARNING, Severity.WARNING, 1e-7, Comparison.BELOW, 1e-4, () -> "Slow.");
    List<Remedy> remedies =
        new Advised(LayoutBuilder.classifier(3, "relu")).learningRate(1e-6).on(slow);

    assertThat(Advised.updaters(remedies)).hasSize(1);
    assertThat(Advised.updaters(remedies).get(0).learningRate()).isBetween(1e-5, 1.0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 1e-4, 1e-3})
  void shouldTryBothDirectionsWhereNothingElseIsKnown(double rate) {
    List<Remedy> remedies =
        new Advised(LayoutBuilder.classifier(3, "relu"))
            .learningRate(rate)
            .on(Problem.NOT_LEARNING);

    assertThat(Advised.updaters(remedies).get(0).learningRate()).isBetween(rate * 5, rate * 20);
  }

  @Test
  void shouldSetALearningRateWhereItIsZero() {
    List<Remedy> remedies =
        new Advised(LayoutBuilder.classifier(3, "relu")).learningRate(0).on(Problem.NOT_LEARNING);

    assertThat(remedies).anyMatch(r -> r.advice().contains("learning rate is 0"));
    assertThat(Advised.updaters(remedies)).allMatch(u -> u.learningRate() > 0);
  }
}
