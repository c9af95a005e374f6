package dev.traininghealth.intervene.model;

import dev.traininghealth.array.MemoryCopy;
import dev.traininghealth.network.Network;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The only class that writes to a network that is trained. In a dry run it writes nothing.
 *
 * <p>Not thread-safe: to be called by the thread that trains.
 */
final class ModelEditor {
  /**
   * Smallest factor that is applied at once: a smaller one is applied in steps of this power of
   * two, which round nothing, since it need not be a number of the array's own type (1e-41 in FLOAT
   * has lost its digits, 1e-8 in HALF is 0).
   */
  private static final double STEP = 0x1p-12;

  private final boolean dryRun;

  /**
   * Creates an editor.
   *
   * @param dryRun whether nothing is written
   */
  ModelEditor(boolean dryRun) {
    this.dryRun = dryRun;
  }

  /** Whether nothing is written. */
  boolean isDryRun() {
    return dryRun;
  }

  /**
   * Multiplies a gradient, in place.
   *
   * @param factor above 0, at most 1
   */
  void scale(INDArray gradient, double factor) {
    if (dryRun) {
      return;
    }
    double rest = factor;
    for (; rest < STEP; rest /= STEP) {
      gradient.muli(STEP);
    }
    gradient.muli(rest);
  }

  /**
   * Multiplies parts of a gradient, in place.
   *
   * @param factors above 0, at most 1
   * @param shape of the factors in order c, to be broadcast along the dimensions of size 1
   */
  void scaleUnits(INDArray gradient, double[] factors, long[] shape) {
    if (dryRun) {
      return;
    }
    double[] rest = factors.clone();
    double[] now = new double[rest.length];
    boolean more = true;
    while (more) {
      more = false;
      for (int i = 0; i < rest.length; i++) {
        boolean atOnce = rest[i] >= STEP;
        now[i] = atOnce ? rest[i] : STEP;
        rest[i] = atOnce ? 1 : rest[i] / STEP;
        more |= rest[i] < 1;
      }
      gradient.muli(Nd4j.createFromArray(now).castTo(gradient.dataType()).reshape('c', shape));
    }
  }

  /** Brings each element of a gradient into the range from minus limit to limit, in place. */
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

  /** Makes the gradient zero, or what the updater has made of it. */
  void clearGradient(Model model) {
    INDArray gradient = model.getGradientsViewArray();
    if (!dryRun && gradient != null) {
      gradient.assign(0); // a product with 0 would leave NaN
    }
  }

  /** Puts parameters and updater state back to what they were, bit by bit. */
  void restore(Model model, NetworkState state) {
    if (dryRun) {
      return;
    }
    MemoryCopy.copy(state.parameters(), model.params());
    INDArray updaterState = Network.of(model).updaterState();
    INDArray saved = state.updaterState();
    if (updaterState != null && saved != null) {
      MemoryCopy.copy(saved, updaterState);
    }
  }

  /** Looks for what others have changed of the learning rates, to go on from there. */
  void detectUserChanges(LearningRates rates, Model model) {
    if (dryRun) {
      rates.observe(model);
    } else {
      rates.detectUserChanges(model);
    }
  }

  /** Sets what {@code model.score()} gives until the next iteration. */
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

  /** Multiplies the user's own learning rates. */
  void scaleLearningRates(LearningRates rates, double factor) {
    if (!dryRun) {
      rates.scaleTo(factor);
    }
  }

  /** Sets the state that the next segment of a series begins with. */
  void setSegmentEnd(RecurrentLayer layer, Map<String, INDArray> state) {
    if (!dryRun) {
      layer.rnnSetTBPTTState(state);
    }
  }
}
