package dev.traininghealth.detect.builtin.representation;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PeriodicDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import java.util.Arrays;

/**
 * Detects the first hidden layer that gives nearly the same activations for every example.
 *
 * <ul>
 *   <li><b>What</b>: examples differ by less than {@value #MIN_SPREAD} of the sum of squares of a
 *       layer's activations ({@link Measurement#exampleSpread}), in {@value #MIN_MEASUREMENTS}
 *       measurements one after the other, of {@value #MIN_EXAMPLES} examples at least. The layers
 *       behind it cannot tell examples apart either and are not reported.
 *   <li><b>Severity</b>: INFO. Harm is reported by the detectors of the score.
 *   <li><b>Causes</b>: {@link CollapseCause} tells them apart by what else was measured.
 *   <li><b>Source</b>: Schoenholz et al. 2017, "Deep information propagation": in a network that
 *       cannot be trained, the correlation of two examples goes to 1 from layer to layer. The
 *       effective rank in the text is the participation ratio of the singular values.
 *   <li><b>Defaults</b>: rectified layers keep a third of the sum of squares, and twenty of them
 *       with He initialization a tenth. The rank itself is no sign: the last layer of a good
 *       classifier has one dimension less than there are classes (Papyan et al. 2020).
 *   <li><b>When not to use</b>: layers behind dropout are not measured.
 * </ul>
 */
final class CollapsedActivationsDetector implements PeriodicDetector, Restorable {
  /** Share of the sum of squares: examples differ by a hundredth of the activations. */
  private static final double MIN_SPREAD = 1e-4;

  /** Measurements one after the other: a single minibatch may have examples of one kind. */
  private static final int MIN_MEASUREMENTS = 3;

  /** Examples in a minibatch: fewer are alike by chance. */
  private static final int MIN_EXAMPLES = 8;

  /** Iterations before a layer is judged: deep networks need some to spread their examples. */
  private static final int PATIENCE = 200;

  /** Iterations without a report, as activations of large networks are measured rarely. */
  private static final int EXPIRY_ITERATIONS = 1000;

  /** How often in a row each layer's spread was too small, and when it was measured last. */
  private long[] streaks = {};

  private long[] measuredAt = {};

  @Override
  public String name() {
    return "collapsed-activations";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.ACTIVATIONS, Evidence.EXAMPLE_SPREAD).atLeast(MIN_MEASUREMENTS);
  }

  @Override
  public void evaluate(History history, FindingReporter findings) {
    Measurement m = history.current();
    if (history.iterationsSeen() < PATIENCE || m.batchSize() < MIN_EXAMPLES) {
      return;
    }
    if (streaks.length != m.layers()) {
      streaks = new long[m.layers()];
      measuredAt = new long[m.layers()];
      Arrays.fill(measuredAt, -1);
    }
    int collapsed = -1;
    for (int layer = m.layers() - 1; layer >= 0; layer--) {
      boolean isHidden = !history.layout().layers().get(layer).configuration().isOutput();
      if (isHidden && isCollapsed(m, layer)) {
        collapsed = layer;
      }
    }
    if (collapsed >= 0) {
      report(history, findings, collapsed);
    }
  }

  private boolean isCollapsed(Measurement m, int layer) {
    double spread = m.exampleSpread(layer);
    if (m.activationIteration(layer) != measuredAt[layer]) {
      measuredAt[layer] = m.activationIteration(layer);
      streaks[layer] = spread < MIN_SPREAD ? streaks[layer] + 1 : 0;
    }
    return spread < MIN_SPREAD && streaks[layer] >= MIN_MEASUREMENTS;
  }

  private static void report(History history, FindingReporter findings, int layer) {
    Measurement m = history.current();
    double spread = m.exampleSpread(layer);
    double rank = m.activationRank(layer);
    CollapseCause cause = CollapseCause.of(history, layer);
    Message because = cause.sentence(history, layer);
    findings.report(
        Finding.saying(
                Problem.COLLAPSED_ACTIVATIONS,
                Severity.INFO,
                spread,
                Comparison.BELOW,
                MIN_SPREAD,
                () ->
                    Message.of(
                            "say.collapsed_activations",
                            LayerText.layer(history.layout(), layer),
                            Argument.number(Math.sqrt(spread)),
                            Argument.number(rank))
                        .then(because))
            .inLayer(layer)
            .expiresAfter(EXPIRY_ITERATIONS)
            .withRemedies(() -> cause.remedies(history, layer)));
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("streaks", streaks).put("measuredAt", measuredAt);
  }

  @Override
  public void restore(SavedNumbers from) {
    long[] saved = from.getLongs("streaks");
    measuredAt = from.getLongs("measuredAt", saved.length);
    streaks = saved;
  }
}
