package dev.traininghealth.intervene;

import dev.traininghealth.detect.CurrentDiagnoses;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.History;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.model.BoundGradient;
import dev.traininghealth.intervene.model.ModelEditor;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.StepRecord;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/** Has a run's clipping rule look at each gradient, and reports what it has clipped. */
final class GradientClipper {
  private final GuardedClipping rule;
  private final boolean dryRun;
  private final ModelEditor editor;
  private final CurrentDiagnoses diagnoses;
  private final Measurement measurement;
  private final StepRecord step;
  private final InterventionLog interventions;
  private final double[] usualNorms;
  private BoundGradient gradient;

  GradientClipper(
      ProtectionSettings settings,
      Model model,
      ModelEditor editor,
      CurrentDiagnoses diagnoses,
      Measurement measurement,
      StepRecord step,
      InterventionLog interventions) {
    rule = new GuardedClipping(settings.clipping());
    dryRun = settings.dryRun();
    this.editor = editor;
    this.diagnoses = diagnoses;
    this.measurement = measurement;
    this.step = step;
    this.interventions = interventions;
    gradient = BoundGradient.of(model, diagnoses.history().layout(), editor);
    usualNorms = new double[diagnoses.history().layout().layers().size()];
  }

  /** {@return the rule, with what it remembers} */
  GuardedClipping rule() {
    return rule;
  }

  /**
   * Clips a finite gradient.
   *
   * @param reason the alarm that it is clipped for, or null
   */
  void clip(Model model, @Nullable Diagnosis reason) {
    if (!gradient.isBoundTo(model)) {
      gradient.release();
      gradient = BoundGradient.of(model, diagnoses.history().layout(), editor);
    }
    History history = diagnoses.history();
    for (int layer = 0; layer < usualNorms.length; layer++) {
      usualNorms[layer] = history.maxUsualGradientNorm(layer);
    }
    gradient.begin(measurement, usualNorms, history.maxUsualGradientNorm(), reason != null);
    rule.clip(gradient);
    reportClipping(reason); // also of what a rule did before it failed
  }

  /** Frees the copies of a dry run. */
  void release() {
    gradient.release();
  }

  private void reportClipping(@Nullable Diagnosis reason) {
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
