package dev.traininghealth.detect.builtin;

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
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import java.util.List;

/**
 * Detects weights that become zero, so that their layer no longer passes a signal.
 *
 * <ul>
 *   <li><b>What</b>: the L2 norm of each trained weight and recurrent matrix, compared with earlier
 *       norms of that matrix.
 *   <li><b>Collapse</b>: WARNING below 1 / {@value #FALL_FACTOR} of the largest norm so far. A
 *       matrix that starts at zero has no norm to lose.
 *   <li><b>Sudden loss</b>: WARNING if a matrix has lost more than half of its norm since the last
 *       measurement, and more than updates explain. Something other than the updater has then
 *       written to these weights. The finding holds until the norm is above half of its former
 *       value again.
 *   <li><b>Source</b>: the triangle inequality. An update of norm ‖Δw‖ reduces ‖w‖ by at most ‖Δw‖.
 *   <li><b>Defaults</b>: updates explain a loss up to {@value #EXPLICABLE_FACTOR} times the largest
 *       recent update per iteration, because larger updates between measurements remain unseen.
 *   <li><b>When not to use</b>: with pruning, which sets weights to zero on purpose.
 * </ul>
 */
final class CollapsingWeightsDetector implements PluginDetector, Restorable {
  /**
   * Factor by which the norm must have fallen below its largest value. The layer then passes a
   * twentieth of its signal and its gradient. Checked on the fault corpus.
   */
  private static final double FALL_FACTOR = 20;

  /**
   * A sudden loss is more than the norm divided by this. Weight decay of 0.1 % per iteration takes
   * 1 % in the ten iterations that two measurements are apart at most.
   */
  private static final double LOSS_FACTOR = 2;

  /**
   * Factor on the largest recent update for larger ones that were not measured. A learning rate
   * that rises by the same factor at once triggers a measurement.
   */
  private static final double EXPLICABLE_FACTOR = 3;

  /**
   * Factor per measurement by which the largest recent update decays: by half in 34 measurements. A
   * smaller one forgets the large updates between two small ones.
   */
  private static final double FORGETTING_FACTOR = 0.98;

  /** Its L2 coefficient is a usual small one; a large one takes weights away. */
  private static final Remedy REMEDY =
      new Remedy(Message.of("remedy.collapsingWeights"), ".l2(1e-4)");

  private double[] largest = {};
  private double[] last = {};
  private double[] lostAt = {};
  private double[] largestUpdate = {};
  private long measuredAt = -1;

  @Override
  public String name() {
    return "collapsing-weights";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.WEIGHTS).atLeast(2);
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Measurement m = history.current();
    if (m.weightIteration() != m.iteration()) {
      return;
    }
    NetworkLayout layout = history.layout();
    if (m.weightsReplacedIteration() > measuredAt) {
      measuredAt = -1; // an average may be smaller than what it averages
    }
    if (largest.length == 0) {
      largest = new double[layout.parameters().size()];
      last = new double[largest.length];
      lostAt = new double[largest.length];
      largestUpdate = new double[largest.length];
    }
    for (int p = 0; p < largest.length; p++) {
      if (isTrainedMatrix(layout.parameters().get(p))) {
        matrix(history, findings, p);
      }
    }
    measuredAt = m.iteration();
  }

  private void matrix(History history, FindingReporter findings, int p) {
    Measurement m = history.current();
    double norm = m.weightNorm(p);
    double update = m.updateNorm(p);
    if (!(norm <= Double.MAX_VALUE && update <= Double.MAX_VALUE)) {
      return;
    }
    double fall = last[p] - norm;
    double explicable =
        EXPLICABLE_FACTOR * largestUpdate[p] * (double) (m.iteration() - measuredAt);
    boolean lost =
        measuredAt >= 0 && fall > last[p] / LOSS_FACTOR && fall > explicable && explicable > 0;
    if (lost) {
      lostAt[p] = last[p];
    } else if (norm > lostAt[p] / LOSS_FACTOR) {
      lostAt[p] = 0; // recovered
    }
    largest[p] = Math.max(largest[p], norm);
    if (norm * FALL_FACTOR < largest[p]) {
      report(history, findings, p, norm, largest[p], FALL_FACTOR);
    } else if (lostAt[p] > 0) {
      report(history, findings, p, norm, lostAt[p], LOSS_FACTOR);
    }
    last[p] = norm;
    if (!lost) {
      largestUpdate[p] = Math.max(update, FORGETTING_FACTOR * largestUpdate[p]);
    }
  }

  private static void report(
      History history,
      FindingReporter findings,
      int p,
      double norm,
      double reference,
      double fall) {
    findings.report(
        Finding.saying(
                Problem.COLLAPSING_WEIGHTS,
                Severity.WARNING,
                norm,
                Comparison.BELOW,
                reference / fall,
                () ->
                    Message.of(
                        "say.collapsing_weights",
                        LayerText.key(history.layout(), p),
                        LayerText.layerOf(history.layout(), p),
                        Argument.number(norm),
                        Argument.number(reference)))
            .at(history.layout().parameters().get(p).layer(), p)
            .withRemedies(List.of(REMEDY)));
  }

  private static boolean isTrainedMatrix(NetworkLayout.Parameter p) {
    return p.isTrained() && p.role().isMatrix();
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("largest", largest)
        .put("last", last)
        .put("lostAt", lostAt)
        .put("largestUpdate", largestUpdate)
        .put("measuredAt", measuredAt);
  }

  @Override
  public void restore(SavedNumbers from) {
    largest = from.getDoubles("largest");
    last = from.getDoubles("last", largest.length);
    lostAt = from.getDoubles("lostAt", largest.length);
    largestUpdate = from.getDoubles("largestUpdate", largest.length);
    measuredAt = from.getLong("measuredAt");
  }
}
