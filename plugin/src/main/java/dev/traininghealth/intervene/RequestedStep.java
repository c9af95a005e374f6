package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import org.jspecify.annotations.Nullable;

/**
 * The request of a policy for the step under way.
 *
 * @param skip the diagnosis for which the step is skipped, or null
 * @param clip the diagnosis of the gradient, which lets rules on alarm clip it, or null
 */
record RequestedStep(@Nullable Diagnosis skip, @Nullable Diagnosis clip) {
  private static final RequestedStep NOTHING = new RequestedStep(null, null);

  static final BeforeUpdate.Visitor<RequestedStep> VISITOR =
      new BeforeUpdate.Visitor<>() {
        @Override
        public RequestedStep visitProceed(BeforeUpdate.Proceed proceed) {
          return NOTHING;
        }

        @Override
        public RequestedStep visitClip(BeforeUpdate.Clip clip) {
          return new RequestedStep(null, clip.diagnosis());
        }

        @Override
        public RequestedStep visitSkip(BeforeUpdate.Skip skip) {
          return new RequestedStep(skip.diagnosis(), null);
        }
      };
}
