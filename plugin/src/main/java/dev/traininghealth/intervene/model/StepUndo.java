package dev.traininghealth.intervene.model;

import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * Undoes one step bit-identically: everything that an update changes is copied before it and
 * restored after it.
 *
 * <p>Only bad or suspect steps are copied, so that good ones cost nothing. The memory of the copy
 * (once the parameters and the updater's state) is kept for the next.
 *
 * <p>Under truncated backpropagation through time, the next segment starts from the state with
 * which this one started. DL4J applies constraints, such as max-norm, after the step has been
 * undone, to parameters that already meet them. Only if applying a constraint twice differs from
 * applying it once, do these parameters differ from before.
 */
final class StepUndo {
  private final ModelEditor editor;
  private @Nullable NetworkState before;
  private boolean armed;

  /**
   * Creates an undo without a copy.
   *
   * @param editor writes the restored state
   */
  StepUndo(ModelEditor editor) {
    this.editor = editor;
  }

  /** Copies everything that the next step will change. */
  void arm(Model model) {
    NetworkState spare = before;
    armed = false;
    before = null; // if copying fails
    before = NetworkState.of(model, spare);
    armed = true;
  }

  /** {@return whether the step under way can be undone} */
  boolean isArmed() {
    return armed;
  }

  /** Keeps the step, and frees the memory of the copy. */
  void release() {
    armed = false;
    if (before != null) {
      before.release();
      before = null;
    }
  }

  /** Keeps the step. */
  void disarm() {
    armed = false;
  }

  /** Restores everything, and sets the update to zero, because none was made. */
  void undo(Model model) {
    NetworkState state = before;
    if (armed && state != null) {
      editor.restore(model, state);
      editor.clearGradient(model);
      RecurrentStates.undoSegment(model, editor);
    }
    armed = false;
  }
}
