package dev.traininghealth.intervene.model;

import dev.traininghealth.array.MemoryCopy;
import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.network.Network;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.ConvexOptimizer;
import org.deeplearning4j.optimize.solvers.accumulation.GradientsAccumulator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Undoes the own part of a step of a worker that shares its updates with others.
 *
 * <p>Such a worker applies the updates of all. Restoring its parameters would also remove those of
 * the others, and its replica would differ from theirs for good. Therefore its own update is
 * withheld before it is shared, and afterwards the updater state is restored, which belongs to this
 * worker alone.
 */
final class SharedStepUndo {
  private final ModelEditor editor;
  private @Nullable INDArray stateBefore;
  private @Nullable WithheldUpdate replaced;

  /**
   * Creates an undo without a copy.
   *
   * @param editor writes the restored state
   */
  SharedStepUndo(ModelEditor editor) {
    this.editor = editor;
  }

  /** {@return whether the network shares its updates, which changes only between iterations} */
  static boolean isNecessary(Model model) {
    return accumulator(model) != null;
  }

  /** {@return the accumulator of all workers, or null if the network does not share its updates} */
  static @Nullable GradientsAccumulator accumulator(Model model) {
    GradientsAccumulator present = model.getOptimizer().getGradientsAccumulator();
    return present instanceof WithheldUpdate update ? update.shared() : present;
  }

  /**
   * Copies the updater state, and takes care that a bad update is not shared.
   *
   * @param always whether the update is bad in any case, not only if it is not finite
   */
  void arm(Model model, boolean always) {
    disarm(model);
    INDArray state = Network.of(model).updaterState();
    copyState(state);
    ConvexOptimizer optimizer = model.getOptimizer();
    replaced = new WithheldUpdate(optimizer.getGradientsAccumulator(), always, state);
    optimizer.setGradientsAccumulator(replaced);
  }

  private void copyState(@Nullable INDArray state) {
    INDArray copy = stateBefore;
    if (copy != null
        && (state == null
            || copy.length() != state.length()
            || copy.dataType() != state.dataType())) {
      release();
      copy = null;
    }
    if (state != null) {
      if (copy == null) {
        copy = MemoryCopy.like(state);
        stateBefore = copy;
      }
      MemoryCopy.copy(state, copy);
    }
  }

  /** {@return whether the step under way can be undone} */
  boolean isArmed() {
    return replaced != null;
  }

  /** {@return whether the update of the armed step has not been shared} */
  boolean isWithheld() {
    return replaced != null && replaced.isWithheld();
  }

  /** Keeps the step. */
  void disarm(Model model) {
    ConvexOptimizer optimizer = model.getOptimizer();
    GradientsAccumulator present = optimizer == null ? null : optimizer.getGradientsAccumulator();
    if (present instanceof WithheldUpdate update) {
      optimizer.setGradientsAccumulator(update.shared());
    }
    replaced = null;
  }

  /** Restores what belongs to this worker alone, if its update was withheld. */
  void undo(Model model) {
    boolean withheld = isWithheld();
    disarm(model);
    if (withheld) {
      editor.restoreUpdaterState(model, stateBefore);
      RecurrentStates.undoSegment(model, editor);
    }
  }

  /** Frees the memory of the copy. */
  void release() {
    OffHeapMemory.release(stateBefore);
    stateBefore = null;
  }
}
