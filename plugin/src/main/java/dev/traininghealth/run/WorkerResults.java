package dev.traininghealth.run;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.trial.Trial;
import java.util.ArrayList;
import java.util.List;

/**
 * What one worker has found, oldest first; the latest of long lists.
 *
 * @param diagnoses in their latest state
 * @param interventions in their latest state
 * @param trials none, unless the worker had its own network
 * @param summary over all of its runs
 */
record WorkerResults(
    List<Diagnosis> diagnoses,
    List<Intervention> interventions,
    List<Trial> trials,
    TrainingSummary summary) {
  static final WorkerResults NONE =
      new WorkerResults(List.of(), List.of(), List.of(), TrainingSummary.EMPTY);

  /** Longest list that is kept over several runs. */
  private static final int MAX_LISTED = 1000;

  /** {@return the results of the present run, with the summary of all} */
  static WorkerResults of(ListenerRuns runs) {
    TrainingSummary summary = TrainingSummary.EMPTY;
    for (TrainingRun run : runs.runs()) {
      summary = summary.plus(run.summary());
    }
    return new WorkerResults(
        runs.ofCurrent(ModelRun::diagnoses),
        runs.ofCurrent(ModelRun::interventions),
        runs.ofCurrent(ModelRun::trials),
        summary);
  }

  /** {@return these results and later ones} */
  WorkerResults then(WorkerResults later) {
    List<Diagnosis> resolvedOrGone =
        diagnoses.stream().filter(d -> !isContinued(d, later.diagnoses)).toList();
    return new WorkerResults(
        latest(resolvedOrGone, later.diagnoses),
        latest(interventions, later.interventions),
        latest(trials, later.trials),
        summary.plus(later.summary));
  }

  /** Whether a problem that was active when its run ended was found again by the next run. */
  private static boolean isContinued(Diagnosis d, List<Diagnosis> later) {
    return !d.isResolved()
        && later.stream()
            .anyMatch(
                l ->
                    l.problem().equals(d.problem())
                        && l.layer() == d.layer()
                        && l.parameter() == d.parameter());
  }

  private static <T> List<T> latest(List<T> earlier, List<T> later) {
    List<T> all = new ArrayList<>(earlier);
    all.addAll(later);
    return List.copyOf(all.subList(Math.max(0, all.size() - MAX_LISTED), all.size()));
  }
}
