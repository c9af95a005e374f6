package dev.traininghealth.publish;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.text.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes diagnoses without a detector, for the tests of those who record and read them. */
public final class DiagnosisFixtures {
  private DiagnosisFixtures() {}

  /** A diagnosis on the whole network that stands and has no cause. */
  public static Diagnosis diagnosis(long id, Problem problem, Severity severity, long iteration) {
    return diagnosis(id, problem, severity, -1, "", iteration, -1, -1, null);
  }

  public static Diagnosis diagnosis(
      long id,
      Problem problem,
      Severity severity,
      int layer,
      String layerName,
      long iteration,
      long cause,
      long end,
      @Nullable NonFiniteOrigin origin) {
    boolean nan = problem.is(ProblemFamily.NON_FINITE);
    return new Diagnosis(
        id,
        "thorough",
        problem,
        severity,
        layer,
        layerName,
        layer < 0 ? -1 : layer,
        layer < 0 ? "" : layer + "_W",
        iteration,
        (int) (iteration / 100),
        nan ? Double.NaN : 0.9375,
        nan ? Comparison.NOT_FINITE : Comparison.ABOVE,
        nan ? 0 : 0.5,
        Message.literal(
            "What was seen at iteration " + iteration + " is told here, with its numbers."),
        List.of(
            new Remedy("Divide the learning rate by 10.", ".updater(new Adam(1e-4))"),
            new Remedy("Look at the data.", "")),
        origin,
        cause,
        end);
  }

  /** The same, over since an iteration. */
  public static Diagnosis ended(Diagnosis d, long end) {
    return diagnosis(
        d.id(),
        d.problem(),
        d.severity(),
        d.layer(),
        d.layerName(),
        d.iteration(),
        d.causeId(),
        end,
        d.origin());
  }

  /** The same, following from another. */
  public static Diagnosis causedBy(Diagnosis d, long cause) {
    return diagnosis(
        d.id(),
        d.problem(),
        d.severity(),
        d.layer(),
        d.layerName(),
        d.iteration(),
        cause,
        d.endIteration(),
        d.origin());
  }

  /** NaN in three examples of a minibatch's features. */
  public static NonFiniteOrigin origin() {
    return new NonFiniteOrigin(
        NonFiniteOrigin.Place.FEATURES, -1, -1, 12, List.of(3, 17, 31), 3, false, 1234.5);
  }

  /** Numbers that grew too large in a layer, in more examples than are listed. */
  public static NonFiniteOrigin overflow(int layer) {
    return new NonFiniteOrigin(
        NonFiniteOrigin.Place.ACTIVATION, layer, -1, 640, List.of(0, 1, 2, 3), 32, true, 1e30);
  }

  public static RecordedDiagnosis recorded(Diagnosis d, RunDescription run) {
    return RecordConversion.diagnosis(d, run.startMillis(), run.startMillis() + 10 * d.iteration());
  }

  /** A record under a key; the timestamp is what storages take for it. */
  public static DiagnosisRecord record(
      String sessionId, String workerId, long key, RecordedDiagnosis diagnosis) {
    return new DiagnosisRecord(sessionId, workerId, key, diagnosis);
  }
}
