package dev.traininghealth.intervene.model;

import dev.traininghealth.array.MemoryCopy;
import dev.traininghealth.network.Network;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The only class that writes to a network under training. In a dry run it writes nothing.
 *
 * <p>Not thread-safe: only the training thread may call it.
 */
final class ModelEditor {
  /**
   * Smallest factor that is applied at once.
   *
   * <p>A smaller factor may not be representable in the array's own type: 1e-41 in FLOAT has lost
   * its digits, 1e-8 in HALF is 0. It is therefore applied in several multiplications by this power
   * of two, which round nothing.
   */
  private static final double MIN_SINGLE_FACTOR = 0x1p-12;

  private final boolean dryRun;

  /**
   * Creates an editor.
   *
   * @param dryRun whether nothing is written
   */
  ModelEditor(boolean dryRun) {
    this.dryRun = dryRun;
  }

  /** {@return whether nothing is written} */
  boolean isDryRun() {
    return dryRun;
  }

  /**
   * Multiplies a gradient by a factor, in place.
   *
   * @param factor above 0 and at most 1
   */
  void scale(INDArray gradient, double factor) {
    if (dryRun) {
      return;
    }
    double rest = factor;
    for (; rest < MIN_SINGLE_FACTOR; rest /= MIN_SINGLE_FACTOR) {
      gradient.muli(MIN_SINGLE_FACTOR);
    }
    gradient.muli(rest);
  }

  /**
   * Multiplies the units of a gradient by one factor each, in place.
   *
   * @param factors above 0 and at most 1
   * @param shape of the factors in order c, to be broadcast along the dimensions of size 1
   */
  void scaleUnits(INDArray gradient, double[] factors, long[] shape) {
    if (dryRun) {
      return;
    }
    double[] rest = factors.clone();
    double[] next = new double[rest.length];
    boolean more = true;
    while (more) {
      more = false;
      for (int i = 0; i < rest.length; i++) {
        boolean atOnce = rest[i] >= MIN_SINGLE_FACTOR;
        next[i] = atOnce ? rest[i] : MIN_SINGLE_FACTOR;
        rest[i] = atOnce ? 1 : rest[i] / MIN_SINGLE_FACTOR;
        more |= rest[i] < 1;
      }
      gradient.muli(Nd4j.createFromArray(next).castTo(gradient.dataType()).reshape('c', shape));
    }
  }

  /**
   * Limits each element of a gradient to the range from {@code -limit} to {@code limit}, in place.
   */
  void clamp(INDArray gradient, double limit) {
    if (!dryRun) {
      Nd4j.exec(
          DynamicCustomOp.builder("clipbyvalue")
              .addInputs(gradient)
              .callInplace(true)
              .addFloatingPointArguments(-limit, limit)
              .build());
    }
  }

  /** Sets the gradient to zero, or after the updater ran, the update. */
  void clearGradient(Model model) {
    INDArray gradient = model.getGradientsViewArray();
    if (!dryRun && gradient != null) {
      gradient.assign(0); // a product with 0 would leave NaN
    }
  }

  /** Restores parameters and updater state, bit-identically. */
  void restore(Model model, NetworkState state) {
    if (dryRun) {
      return;
    }
    MemoryCopy.copy(state.parameters(), model.params());
    restoreUpdaterState(model, state.updaterState());
  }

  /** Restores the updater state alone, bit-identically; does nothing if there is none. */
  void restoreUpdaterState(Model model, @Nullable INDArray saved) {
    INDArray updaterState = Network.of(model).updaterState();
    if (!dryRun && updaterState != null && saved != null) {
      MemoryCopy.copy(saved, updaterState);
    }
  }

  /** Detects learning rates that others have changed, so that later factors apply to these. */
  void detectUserChanges(LearningRates rates, Model model) {
    if (dryRun) {
      rates.observe(model);
    } else {
      rates.detectUserChanges(model);
    }
  }

  /** Sets what {@code model.score()} returns until the next iteration. */
  void setScore(Model model, double score) {
    if (!dryRun) {
      Network.of(model).setScore(score);
    }
  }

  /** Clears the masks of the minibatch. */
  void clearMasks(Model model) {
    if (!dryRun) {
      Network.of(model).clearMasks();
    }
  }

  /** Multiplies the configured learning rates by a factor. */
  void scaleLearningRates(LearningRates rates, double factor) {
    if (!dryRun) {
      rates.scaleTo(factor);
    }
  }

  /** Sets the state with which the next segment of a series starts. */
  void setSegmentEnd(RecurrentLayer layer, Map<String, INDArray> state) {
    if (!dryRun) {
      layer.rnnSetTBPTTState(state);
    }
  }
}
