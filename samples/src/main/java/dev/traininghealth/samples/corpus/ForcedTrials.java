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
 * Requests trials at random iterations of runs without problems, to measure what trials adopt by
 * chance. Each trial has a problem of its own, so that none waits for another.
 */
final class ForcedTrials implements InterventionPolicy {
  @Serial private static final long serialVersionUID = 1L;

  private static final String PROBLEM = "forced_";

  /** Mean number of iterations between trials; a run of 4,000 iterations has about forty. */
  private static final int MEAN_INTERVAL = 100;

  private static final List<TrialQuestion> QUESTIONS =
      List.of(TrialQuestion.HARM, TrialQuestion.STANDSTILL, TrialQuestion.PLATEAU);

  /** Whether a trial is forced after this iteration: random, but the same in every program. */
  private static boolean isForced(long iteration) {
    return new SplittableRandom(iteration).nextInt(MEAN_INTERVAL) == 0;
  }

  /** Reports the false alarms that cause the trials. */
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
  public boolean usesTrials() {
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
