package dev.traininghealth.intervene;

import dev.traininghealth.detect.CurrentDiagnoses;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.History;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.model.EditedGradient;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.StepRecord;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import org.jspecify.annotations.Nullable;

/** Applies a run's clipping rule to each gradient, and reports clipping. */
final class GradientClipper {
  private final GuardedClipping rule;
  private final boolean dryRun;
  private final EditedNetwork network;
  private final CurrentDiagnoses diagnoses;
  private final Measurement measurement;
  private final StepRecord step;
  private final InterventionLog interventions;
  private final double[] usualNorms;

  GradientClipper(
      ProtectionSettings settings,
      EditedNetwork network,
      CurrentDiagnoses diagnoses,
      Measurement measurement,
      StepRecord step,
      InterventionLog interventions) {
    rule = new GuardedClipping(settings.clipping());
    dryRun = settings.dryRun();
    this.network = network;
    this.diagnoses = diagnoses;
    this.measurement = measurement;
    this.step = step;
    this.interventions = interventions;
    network.gradient(
        diagnoses
            .history()
            .layout()); // fails for a network without one, which is then not protected
    usualNorms = new double[diagnoses.history().layout().layers().size()];
  }

  /** {@return the rule, with its state} */
  GuardedClipping rule() {
    return rule;
  }

  /**
   * Clips a finite gradient.
   *
   * @param reason the alarm about the gradient, or null
   */
  void clip(@Nullable Diagnosis reason) {
    History history = diagnoses.history();
    EditedGradient gradient = network.gradient(history.layout());
    for (int layer = 0; layer < usualNorms.length; layer++) {
      usualNorms[layer] = history.maxUsualGradientNorm(layer);
    }
    gradient.begin(measurement, usualNorms, history.maxUsualGradientNorm(), reason != null);
    rule.clip(gradient);
    reportClipping(gradient, reason); // including what a rule did before it failed
  }

  private void reportClipping(EditedGradient gradient, @Nullable Diagnosis reason) {
    double threshold = gradient.threshold();
    step.clip(gradient.globalNormBefore(), gradient.globalNorm(), threshold);
    if (gradient.hasClipped()) {
      if (!rule.clipsHealthyGradients() && !dryRun) {
        step.clipOnAlarm();
      }
      Message byRule = Message.of("reason.clippingRule", Argument.text(rule.name()));
      interventions.add(
          new InterventionLog.Entry(
              Kind.CLIP,
              measurement.iteration(),
              measurement.epoch(),
              reason,
              gradient.globalNormBefore(),
              gradient.globalNorm(),
              -1,
              reason == null ? byRule : byRule.then(reason.message())));
    }
  }
}
