package dev.traininghealth.publish;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.RecordedIntervention;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.Trial;

/** Makes interventions that nobody decided, for the tests of those who record and read them. */
public final class InterventionFixtures {
  private InterventionFixtures() {}

  /** One that was done once, without a diagnosis. */
  public static Intervention intervention(long id, Kind kind, long iteration, boolean applied) {
    return of(id, kind, iteration, iteration, 1, -1, "", 2, 1, -1, applied, "Because of a number.");
  }

  /** The same, about a diagnosis. */
  public static Intervention about(Intervention i, long diagnosis, String problem) {
    return new Intervention(
        i.id(),
        i.kind(),
        i.iteration(),
        i.epoch(),
        i.lastIteration(),
        i.times(),
        diagnosis,
        problem,
        i.layer(),
        i.before(),
        i.after(),
        i.snapshotIteration(),
        i.applied(),
        i.message());
  }

  /** The same with other values before and after. */
  public static Intervention values(Intervention i, double before, double after, long snapshot) {
    return new Intervention(
        i.id(),
        i.kind(),
        i.iteration(),
        i.epoch(),
        i.lastIteration(),
        i.times(),
        i.diagnosisId(),
        i.problem(),
        i.layer(),
        before,
        after,
        snapshot,
        i.applied(),
        i.message());
  }

  /** The same, done so often by an iteration. */
  public static Intervention done(Intervention i, long times, long lastIteration) {
    return new Intervention(
        i.id(),
        i.kind(),
        i.iteration(),
        i.epoch(),
        lastIteration,
        times,
        i.diagnosisId(),
        i.problem(),
        i.layer(),
        i.before(),
        i.after(),
        i.snapshotIteration(),
        i.applied(),
        i.message());
  }

  /** The same for another reason. */
  public static Intervention because(Intervention i, String reason) {
    return of(
        i.id(),
        i.kind(),
        i.iteration(),
        i.lastIteration(),
        i.times(),
        i.diagnosisId(),
        i.problem(),
        i.before(),
        i.after(),
        i.snapshotIteration(),
        i.applied(),
        reason);
  }

  private static Intervention of(
      long id,
      Kind kind,
      long iteration,
      long lastIteration,
      long times,
      long diagnosis,
      String problem,
      double before,
      double after,
      long snapshot,
      boolean applied,
      String reason) {
    return new Intervention(
        id,
        kind,
        iteration,
        (int) (iteration / 100),
        lastIteration,
        times,
        diagnosis,
        problem,
        -1,
        before,
        after,
        snapshot,
        applied,
        Message.literal(reason));
  }

  /** A trial of that iteration. */
  public static Intervention tried(long id, long iteration, Trial trial) {
    return new Intervention(
        id,
        Kind.TRIAL,
        iteration,
        0,
        iteration,
        1,
        -1,
        "",
        -1,
        trial.scoreBefore(),
        trial.scoreBefore(),
        -1,
        true,
        trial.report(),
        trial);
  }

  public static RecordedIntervention recorded(Intervention i, RunDescription run, long total) {
    long time = run.startMillis() + 10 * i.iteration();
    return RecordConversion.intervention(i, run.startMillis(), time, total);
  }

  /** A record under a key; the timestamp is what storages take for it. */
  public static InterventionRecord record(
      String sessionId, String workerId, long key, RecordedIntervention intervention) {
    return new InterventionRecord(sessionId, workerId, key, intervention);
  }
}
