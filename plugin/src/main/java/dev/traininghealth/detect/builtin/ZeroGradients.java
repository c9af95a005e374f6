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
 * Finds layers whose gradient is exactly 0 for many consecutive examples, although the loss still
 * has a slope.
 *
 * <p>If the last of these layers has rectified units, they are the cause, and {@link
 * DeadReluDetector} reports it. If it is an output layer with bounded units, {@link
 * SaturationDetector} does. Otherwise {@link VanishingGradientDetector} does.
 */
final class ZeroGradients implements Restorable {
  /**
   * Minimum number of consecutive examples, in at least {@link #MIN_ITERATIONS} minibatches. A
   * single example often passes no gradient. If one example in ten passes one, all {@value} pass
   * none with a probability of 0.1 %.
   */
  static final int MIN_EXAMPLES = 64;

  /**
   * Minimum number of consecutive iterations, because a single minibatch may be unusual, such as
   * padding.
   */
  static final int MIN_ITERATIONS = 2;

  /**
   * Share by which the score of a converged network has fallen since the start. It is ten times
   * {@link History#MIN_RELATIVE_GAIN}, so that a little progress does not hide a cut-off layer.
   */
  private static final double CONVERGED_SHARE = 0.5;

  /**
   * Usual log-norm below which a gradient has faded before it became 0. A norm of 3e-7 is hardly
   * above the rounding of FLOAT numbers near 1 (1.2e-7).
   */
  private static final double LOG_FADED_NORM = -15;

  /**
   * Minimum number of consecutive examples if no layer has had a gradient since the start. A single
   * output that passes a gradient for half of the examples passes none for eight with a probability
   * of 0.4 %.
   */
  private static final int MIN_EXAMPLES_AT_START = 8;

  /** Whether any layer has had a gradient other than 0. */
  private boolean hasFlowed;

  private int iterations;
  private long examples;
  private int first = -1;
  private int last = -1;

  /**
   * Inspects the gradients of this iteration. Must be called once per iteration.
   *
   * @return whether layers are cut off from the gradient
   */
  boolean observe(History history) {
    first = -1;
    int layers = history.layout().layers().size();
    for (int layer = 0; layer < layers; layer++) {
      double log = history.logGradientNorm(layer);
      if (log == Double.NEGATIVE_INFINITY) {
        first = first < 0 ? layer : first;
      } else {
        hasFlowed |= !Double.isNaN(log);
      }
    }
    if (first < 0) {
      iterations = 0;
      examples = 0;
      return false;
    }
    iterations++;
    examples += history.current().batchSize();
    // A minibatch of nothing but padding scores 0.
    boolean isDeadAtStart = !hasFlowed && history.current().score() > 0;
    return iterations >= MIN_ITERATIONS
        && examples >= (isDeadAtStart ? MIN_EXAMPLES_AT_START : MIN_EXAMPLES)
        && isCutOff(history);
  }

  private boolean isCutOff(History history) {
    last = first;
    int layers = history.layout().layers().size();
    boolean anyFlows = false;
    for (int l = first + 1; l < layers; l++) {
      double log = history.logGradientNorm(l);
      if (log == Double.NEGATIVE_INFINITY) {
        last = l;
      } else if (!Double.isNaN(log)) {
        anyFlows = true;
      }
    }
    UsualLevel level = history.gradientLevel(first);
    boolean fadedAway = level.isWarm() && level.location() < LOG_FADED_NORM;
    // Otherwise the loss itself has no slope any more: the network fits every example.
    return anyFlows || !(fadedAway || history.progress().hasFallenBy(CONVERGED_SHARE));
  }

  /**
   * {@return whether the last of these layers never had a gradient, so that no update cut it off}
   */
  boolean isSinceStart(History history) {
    return history.gradientLevel(last).count() == 0;
  }

  /** {@return whether the gradient of the first of these layers was of usual size before} */
  boolean wasLost(History history) {
    UsualLevel level = history.gradientLevel(first);
    return level.isWarm() && level.location() >= LOG_FADED_NORM;
  }

  /** {@return whether the last cut-off layer has rectified units, which stop the gradient} */
  boolean isBehindRectified(NetworkLayout layout) {
    return layout.layers().get(last).activationTraits().isRectified();
  }

  /**
   * {@return whether the gradient is 0 from the output on, because all outputs are at a limit of
   * their function: the loss itself has a slope while the network does not fit its examples}
   *
   * <p>A hidden layer may get no gradient because of the weights behind it.
   */
  boolean isBehindSaturatedOutput(NetworkLayout layout) {
    NetworkLayout.Layer layer = layout.layers().get(last);
    return layer.configuration().isOutput() && layer.activationTraits().isSquashing();
  }

  /**
   * {@return the finding, without a layer}
   *
   * @param stopped key of a sentence on the last layer, which stops the gradient; empty for none
   */
  Finding finding(NetworkLayout layout, Problem problem, String stopped) {
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
          return stopped.isEmpty() ? zero : zero.then(Message.of(stopped, lastLayer));
        });
  }

  /** {@return the first layer that is cut off} */
  int first() {
    return first;
  }

  /** {@return the last layer that is cut off, next to what stops the gradient} */
  int last() {
    return last;
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("zeroIterations", iterations).put("zeroExamples", examples).put("hasFlowed", hasFlowed);
  }

  @Override
  public void restore(SavedNumbers from) {
    iterations = from.getInt("zeroIterations", 0, Integer.MAX_VALUE);
    examples = from.getLong("zeroExamples");
    hasFlowed = from.getBoolean("hasFlowed");
  }
}
