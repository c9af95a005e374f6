package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import org.jspecify.annotations.Nullable;

/**
 * What a policy asks for about the step that is under way.
 *
 * @param skip why the step is to be skipped, or null
 * @param clip why the gradient is suspicious, or null
 */
record AskedStep(@Nullable Diagnosis skip, @Nullable Diagnosis clip) {
  private static final AskedStep NOTHING = new AskedStep(null, null);

  static final BeforeUpdate.Visitor<AskedStep> OF =
      new BeforeUpdate.Visitor<>() {
        @Override
        public AskedStep visitProceed(BeforeUpdate.Proceed proceed) {
          return NOTHING;
        }

        @Override
        public AskedStep visitClip(BeforeUpdate.Clip clip) {
          return new AskedStep(null, clip.diagnosis());
        }

        @Override
        public AskedStep visitSkip(BeforeUpdate.Skip skip) {
          return new AskedStep(skip.diagnosis(), null);
        }
      };
}
