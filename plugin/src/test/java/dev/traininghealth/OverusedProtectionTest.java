package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.intervene.AfterUpdate;
import dev.traininghealth.intervene.BeforeUpdate;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.InterventionPolicy;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.Situation;
import dev.traininghealth.intervene.TrialPolicy;
import dev.traininghealth.intervene.clip.ClippableGradient;
import dev.traininghealth.intervene.clip.GradientClipping;
import java.io.Serial;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;

/** Protection that acts repeatedly in a real training run is diagnosed. */
class OverusedProtectionTest {
  private static final LearningNetwork NETWORK = LearningNetwork.MLP;

  /** The result of a run. */
  private record Run(List<Diagnosis> diagnoses, List<Intervention> interventions) {
    List<Diagnosis> masked() {
      return diagnoses.stream()
          .filter(d -> d.problem().is(ProblemFamily.OVERUSED_PROTECTION))
          .toList();
    }

    Diagnosis cause(Diagnosis effect) {
      return diagnoses.stream().filter(d -> d.id() == effect.causeId()).findFirst().orElseThrow();
    }
  }

  private static Run train(
      ProtectionSettings settings, IUpdater updater, int iterations, IntPredicate isPoisoned) {
    return train(settings, updater, iterations, isPoisoned, i -> 1);
  }

  private static Run train(
      ProtectionSettings settings,
      IUpdater updater,
      int iterations,
      IntPredicate isPoisoned,
      IntToDoubleFunction enlarged) {
    MultiLayerNetwork net = NETWORK.create(updater);
    try (TrainingHealthListener health =
        TrainingHealthListener.builder(new InMemoryStatsStorage()).protecting(settings).build()) {
      Enlarging enlarging = new Enlarging();
      net.setListeners(enlarging, health);
      for (int i = 0; i < iterations; i++) {
        DataSet batch = NETWORK.batch(i);
        if (isPoisoned.test(i)) {
          batch.getFeatures().putScalar(3, Double.NaN);
        }
        enlarging.factor = enlarged.applyAsDouble(i);
        net.fit(batch);
      }
      return new Run(health.diagnoses(), health.interventions());
    }
  }

  @Test
  void shouldDiagnoseStepsThatAreSkippedAgainAndAgain() {
    Run run = train(ProtectionSettings.defaults(), LearningNetwork.adam(1), 250, i -> i >= 200);

    assertThat(run.masked()).hasSize(1);
    Diagnosis masked = run.masked().get(0);
    assertThat(masked.iteration()).isEqualTo(209);
    assertThat(run.cause(masked).problem().family()).isEqualTo(ProblemFamily.NON_FINITE);
    assertThat(run.cause(masked).iteration()).isEqualTo(200);
    assertThat(masked.remedies().get(0).code()).contains("getFeatures().isNaN().any()");
    assertThat(run.interventions()).hasSize(50).allMatch(i -> i.kind() == Kind.SKIP);
  }

  @Test
  void shouldNotReportAFewBadMinibatches() {
    Run run = train(ProtectionSettings.defaults(), LearningNetwork.adam(1), 300, i -> i % 20 == 10);

    assertThat(run.interventions()).hasSize(15);
    assertThat(run.masked()).isEmpty();
  }

  @Test
  void shouldDiagnoseALearningRateDrivenToItsMinimum() {
    double minimum = 1.0 / 16;
    Run run =
        train(
            ProtectionSettings.builder()
                .minLearningRateFactor(minimum)
                .policy(new LoweringPolicy())
                .build(),
            NETWORK.sgd(1e4),
            200,
            i -> false);

    Intervention last =
        run.interventions().stream().filter(i -> i.after() == minimum).findFirst().orElseThrow();
    assertThat(run.masked()).isNotEmpty();
    assertThat(run.masked().get(0).iteration()).isEqualTo(last.iteration() + 1);
    assertThat(run.masked().get(0).observed()).isEqualTo(minimum);
  }

  /** Halves the learning rates at each alarm, without a trial. */
  private static final class LoweringPolicy implements InterventionPolicy {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public BeforeUpdate beforeUpdate(Situation situation) {
      return new TrialPolicy().beforeUpdate(situation);
    }

    @Override
    public AfterUpdate afterUpdate(Situation situation) {
      Diagnosis d = situation.worstActive(ProblemFamily.EXPLODING);
      return d == null ? AfterUpdate.PROCEED : new AfterUpdate.LowerLearningRate(d, 0.5);
    }
  }

  /** Only clips. */
  private static final class ClippingPolicy implements InterventionPolicy {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public BeforeUpdate beforeUpdate(Situation situation) {
      return new TrialPolicy().beforeUpdate(situation);
    }

    @Override
    public AfterUpdate afterUpdate(Situation situation) {
      return AfterUpdate.PROCEED;
    }
  }

  /** Makes each gradient small while an alarm is active. */
  private static final class ClippingWhileAlarming implements GradientClipping {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public String name() {
      return "while alarming";
    }

    @Override
    public boolean clipsHealthyGradients() {
      return false;
    }

    @Override
    public void clip(ClippableGradient gradient) {
      if (gradient.hasAlarm()) {
        gradient.scaleAll(0.1);
      }
    }
  }

  /** A run whose gradient is sometimes a thousand times as large. */
  private static Run enlarged(ProtectionSettings settings, GradientClipping rule) {
    return train(
        settings.toBuilder().policy(new ClippingPolicy()).clipping(rule).build(),
        LearningNetwork.adam(1),
        300,
        i -> false,
        i -> i >= 200 && i % 20 == 0 ? 1000 : 1);
  }

  @Test
  void shouldDiagnoseGradientsThatAreClippedAllTheTime() {
    Run run = enlarged(ProtectionSettings.defaults(), new ClippingWhileAlarming());

    assertThat(run.masked()).hasSize(1);
    assertThat(run.masked().get(0).iteration()).isEqualTo(250);
    assertThat(run.cause(run.masked().get(0)).problem().family())
        .isEqualTo(ProblemFamily.EXPLODING);
  }

  @Test
  void shouldReportNothingIfOnlySpikesAreClippedOrInADryRun() {
    List<Run> runs =
        List.of(
            enlarged(ProtectionSettings.defaults(), GradientClipping.onAlarm()),
            enlarged(ProtectionSettings.defaults(), GradientClipping.globalNorm(0.1)),
            enlarged(
                ProtectionSettings.builder().dryRun(true).build(), new ClippingWhileAlarming()));

    for (Run run : runs) {
      assertThat(run.interventions()).isNotEmpty().allMatch(i -> i.kind() == Kind.CLIP);
      assertThat(run.masked()).isEmpty();
    }
  }

  @Test
  void shouldNotReportARuleThatClipsHealthyGradientsByDesign() {
    for (GradientClipping rule :
        List.of(GradientClipping.autoClip(), GradientClipping.globalNorm(1e-3))) {
      Run run =
          train(
              ProtectionSettings.builder().clipping(rule).build(),
              LearningNetwork.adam(1),
              300,
              i -> false);

      assertThat(run.interventions()).isNotEmpty().allMatch(i -> i.kind() == Kind.CLIP);
      assertThat(run.masked()).isEmpty();
    }
  }

  /** Enlarges the gradient before other listeners read it. */
  private static final class Enlarging extends BaseTrainingListener {
    double factor = 1;

    @Override
    public void onGradientCalculation(Model model) {
      if (factor > 1) {
        model.getGradientsViewArray().muli(factor);
      }
    }
  }
}
