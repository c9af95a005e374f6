package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.diagnose.Advised;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That what is advised does what it says, for what was really found. */
final class RemedyGapsTest {
  private static SimulatedRun withUpdater(String updater, Detector detector) {
    return new SimulatedRun(
        new LayoutBuilder()
            .updater(updater)
            .dense(3, "relu")
            .output(10, "softmax", "LossMCXENT")
            .build(),
        detector);
  }

  /** DL4J takes a single number given to Nesterovs for the momentum. */
  @Test
  void shouldNotSetTheMomentumOfNesterovsToALearningRate() {
    NetworkLayout layout = withUpdater("Nesterovs", new PlateauDetector()).layout();

    assertThat(Advised.code(new Advised(layout).on(Problem.EXPLODING_GRADIENT)))
        .contains("Nesterovs(")
        .doesNotContainPattern("new Nesterovs\\([^,()]*\\)");
  }

  @ParameterizedTest
  @ValueSource(doubles = {3, 6, 7, 0.03, 0.07, 1e-3, 7e-3})
  void shouldWriteLearningRatesShortly(double rate) {
    Advised advice = new Advised(LayoutBuilder.classifier(3, "relu")).learningRate(rate);

    assertThat(Advised.code(advice.on(Problem.PLATEAU)))
        .doesNotContainPattern("\\d\\.?\\d{6}")
        .doesNotContain("E-");
    assertThat(Advised.code(advice.on(Problem.NOT_LEARNING)))
        .doesNotContainPattern("\\d\\.?\\d{6}")
        .doesNotContain("E-");
  }

  /** The factor is that of an update:weight ratio; norms and scores below 1 are none. */
  @ParameterizedTest
  @CsvSource({"1e-3, 0.9", "1e-5, 0.5"})
  void shouldNotDivideTheLearningRateByTheNormOfASmallGradient(double usual, double spike) {
    SimulatedRun run = withUpdater("Sgd", new ExplodingGradientDetector());
    SimulatedRun.gradient(run.next, run.layout(), 1, usual);
    run.run(100);
    run.next.gradientNorm[2] = spike;
    run.run(1);

    assertThat(Advised.updaters(run.reported().get(0).remedies()).get(0).learningRate())
        .isGreaterThanOrEqualTo(0.9e-4);
  }

  @Test
  void shouldNotDivideTheLearningRateByASmallScore() {
    SimulatedRun run = withUpdater("Sgd", new DivergingScoreDetector());
    run.run(100, (m, i) -> m.score = 1e-3 * run.noise(0.02));
    run.next.score = 0.9;
    run.run(1);

    assertThat(Advised.updaters(run.reported().get(0).remedies()).get(0).learningRate())
        .isGreaterThanOrEqualTo(0.9e-4);
  }

  @Test
  void shouldAdviseSomethingForSparseLabelsWithoutProbabilities() {
    SimulatedRun run =
        new SimulatedRun(
            LayoutBuilder.withOutput(10, "identity", "LossSparseMCXENT"), new DataDetector());
    run.run(1);

    assertThat(Advised.code(run.reported().get(0).remedies())).contains("Activation.SOFTMAX");
  }

  @Test
  void shouldAdviseSomethingForConstantFeatures() {
    SimulatedRun run = new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new DataDetector());
    run.next.data.constantFeatureColumns = run.next.data.featureColumns;
    run.run(1);

    assertThat(run.reported().get(0).remedies()).isNotEmpty();
  }

  @Test
  void shouldAdviseSomethingForCollapsingWeightsOfAShallowNetwork() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(1, "relu"), new CollapsingWeightsDetector());
    run.run(10);
    run.next.weightNorm[0] = 1e-3;
    run.run(1);

    List<Remedy> remedies = run.reported().get(0).remedies();
    assertThat(remedies).isNotEmpty();
  }

  @Test
  void shouldNotAdviseTheInitializationThatThereIs() {
    Advised advice = new Advised(LayoutBuilder.classifier(3, "sigmoid")); // WeightInitXavier

    assertThat(Advised.code(advice.on(Problem.SATURATED_UNITS)))
        .doesNotContain("WeightInit.XAVIER");
  }
}
