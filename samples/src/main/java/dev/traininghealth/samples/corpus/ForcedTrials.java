package dev.traininghealth.samples.corpus;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.AfterUpdate;
import dev.traininghealth.intervene.BeforeUpdate;
import dev.traininghealth.intervene.InterventionPolicy;
import dev.traininghealth.intervene.Situation;
import dev.traininghealth.trial.TrialQuestion;
import java.io.Serial;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Asks for trials at random iterations, though nothing is wrong: a control of what a trial adopts
 * by chance. Each is about a problem of its own, so that none has to wait for another.
 */
final class ForcedTrials implements InterventionPolicy {
  @Serial private static final long serialVersionUID = 1L;

  private static final String PROBLEM = "forced_";

  /** One iteration in so many; a run of 4,000 has some forty. */
  private static final int EVERY = 100;

  private static final List<TrialQuestion> QUESTIONS =
      List.of(TrialQuestion.HARM, TrialQuestion.STANDSTILL, TrialQuestion.PLATEAU);

  /** Whether a trial is forced after this iteration: at random, and in every program alike. */
  private static boolean isForced(long iteration) {
    return new SplittableRandom(iteration).nextInt(EVERY) == 0;
  }

  /** The false alarms that the trials are about. */
  record FalseAlarms() implements Detector {
    @Override
    public String name() {
      return "forced";
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      long iteration = history.current().iteration();
      if (isForced(iteration)) {
        findings.report(
            Finding.of(
                    new Problem(PROBLEM + iteration),
                    Severity.INFO,
                    1,
                    Comparison.ABOVE,
                    0,
                    () -> "Nothing is wrong: a trial is forced.")
                .expiresAfter(1));
      }
    }
  }

  @Override
  public boolean tries() {
    return true;
  }

  @Override
  public BeforeUpdate beforeUpdate(Situation situation) {
    return BeforeUpdate.PROCEED;
  }

  @Override
  public AfterUpdate afterUpdate(Situation situation) {
    for (Diagnosis d : situation.reported()) {
      if (d.problem().name().startsWith(PROBLEM)) {
        int question = new SplittableRandom(~d.iteration()).nextInt(QUESTIONS.size());
        return new AfterUpdate.Try(d, QUESTIONS.get(question));
      }
    }
    return AfterUpdate.PROCEED;
  }
}
