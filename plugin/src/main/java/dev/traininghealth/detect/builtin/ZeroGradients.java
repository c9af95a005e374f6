package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.UsualLevel;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;

/**
 * Finds layers whose gradient is exactly 0 for many examples in a row, while the loss still has a
 * slope. Behind a layer of rectified units it is their doing, and {@link DeadReluDetector} reports
 * it; elsewhere {@link VanishingGradientDetector} does.
 */
final class ZeroGradients implements Restorable {
  /**
   * One example may well pass no gradient: it takes so many in a row, in two minibatches at least.
   */
  static final int MIN_EXAMPLES = 64;

  /** See {@link #MIN_EXAMPLES}. */
  static final int MIN_ITERATIONS = 2;

  /** A score that has fallen by so much is that of a network that has learned. */
  private static final double CONVERGED = 0.5;

  private static final double LOG_NEXT_TO_NOTHING = -15;

  private int iterations;
  private long examples;
  private int first = -1;
  private int last = -1;

  /**
   * Looks at the gradients of this iteration; to be called once for each.
   *
   * @return whether there are layers that are cut off
   */
  boolean observe(History history) {
    first = -1;
    int layers = history.layout().layers().size();
    for (int layer = 0; layer < layers && first < 0; layer++) {
      if (history.logGradientNorm(layer) == Double.NEGATIVE_INFINITY) {
        first = layer;
      }
    }
    if (first < 0) {
      iterations = 0;
      examples = 0;
      return false;
    }
    iterations++;
    examples += history.current().batchSize();
    return iterations >= MIN_ITERATIONS && examples >= MIN_EXAMPLES && isCutOff(history);
  }

  private boolean isCutOff(History history) {
    last = first;
    int layers = history.layout().layers().size();
    boolean someFlows = false;
    for (int l = first + 1; l < layers; l++) {
      double log = history.logGradientNorm(l);
      if (log == Double.NEGATIVE_INFINITY) {
        last = l;
      } else if (!Double.isNaN(log)) {
        someFlows = true;
      }
    }
    UsualLevel level = history.gradientLevel(first);
    boolean fadedAway = level.isWarm() && level.location() < LOG_NEXT_TO_NOTHING;
    // Else the loss itself has no slope any more: the network is right about every example.
    return someFlows || !(fadedAway || history.progress().hasFallenBy(CONVERGED));
  }

  /** Whether the last layer that is cut off has rectified units, which stop the gradient. */
  boolean isBehindRectified(NetworkLayout layout) {
    return layout.layers().get(last).activationTraits().isRectified();
  }

  /**
   * The finding, without a layer.
   *
   * @param rectified whether rectified units stop the gradient
   */
  Finding finding(NetworkLayout layout, Problem problem, boolean rectified) {
    int from = first;
    int to = last;
    return Finding.saying(
        problem,
        Severity.WARNING,
        0,
        Comparison.EQUAL,
        0,
        () -> {
          Argument lastLayer = LayerText.layer(layout, to);
          Message zero =
              to > from
                  ? Message.of("say.zeroGradient.layers", LayerText.layer(layout, from), lastLayer)
                  : Message.of("say.zeroGradient.layer", lastLayer);
          return rectified ? zero.then(Message.of("say.zeroGradient.rectified", lastLayer)) : zero;
        });
  }

  /** The first layer that is cut off. */
  int first() {
    return first;
  }

  /** The last layer that is cut off, next to what stops the gradient. */
  int last() {
    return last;
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("zeroIterations", iterations).put("zeroExamples", examples);
  }

  @Override
  public void restore(SavedNumbers from) {
    iterations = from.getInt("zeroIterations", 0, Integer.MAX_VALUE);
    examples = from.getLong("zeroExamples");
  }
}
