package dev.traininghealth.detect.builtin.conditions;

import dev.traininghealth.detect.BaselineRun;
import dev.traininghealth.detect.BaselineRun.Departure;
import dev.traininghealth.detect.BaselineRun.Result;
import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.Message;
import java.util.List;

/**
 * Reports where a run departs from a recorded one that was good.
 *
 * <ul>
 *   <li><b>What</b>: the score, the validation score, or the gradient or update of a layer departs
 *       from that of the baseline run, beyond the noise of both. Another learning rate alone is no
 *       departure, and neither is another time of an iteration.
 *   <li><b>Formula, source and defaults</b>: those of {@code DepartureSearch} in the package {@code
 *       compare}. The comparison runs on another thread, when the iterations have grown by a tenth
 *       or after ten seconds; this detector only reports its latest result.
 *   <li><b>Severity</b>: INFO. A departure need not be for the worse: that of the score and of
 *       validation data decides.
 *   <li><b>When not to use</b>: if the run is meant to be another one, with another learning rate
 *       or another loss. Its diagnosis then only repeats what was changed.
 * </ul>
 *
 * <p>It is not {@link dev.traininghealth.numbers.Restorable}: a restored run is compared again from
 * its first iteration on.
 */
final class DepartureDetector implements PluginDetector {
  private final BaselineRun baseline;

  /** What was reported last; the training thread writes it, any thread reads it. */
  private volatile Result seen;

  DepartureDetector(BaselineRun baseline) {
    this.baseline = baseline;
    seen = baseline.latest();
  }

  @Override
  public String name() {
    return "departure";
  }

  /** Not used, because {@link #check} answers. */
  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.SCORE);
  }

  /** What was reported: a later comparison could have shown a departure. */
  @Override
  public Check check() {
    return seen.check().apply(name());
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Result now = baseline.latest();
    boolean isNew = now != seen;
    if (isNew) {
      seen = now;
    }
    Departure departure = now.departure();
    if (departure == null
        || (!isNew && history.current().iteration() % History.EVALUATION_INTERVAL != 0)) {
      return;
    }
    findings.report(
        Finding.saying(
                Problem.DEPARTS_FROM_BASELINE,
                Severity.INFO,
                departure.value(),
                departure.value() < departure.baselineValue() ? Comparison.BELOW : Comparison.ABOVE,
                departure.baselineValue(),
                departure::message)
            .withRemedies(() -> List.of(remedy(departure))));
  }

  private static Remedy remedy(Departure departure) {
    return new Remedy(
        Message.of(
            departure.hasOtherSettings() ? "remedy.departs.settings" : "remedy.departs.data"),
        "");
  }
}
