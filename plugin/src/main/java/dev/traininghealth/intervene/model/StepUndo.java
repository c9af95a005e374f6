package dev.traininghealth.intervene.model;

import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * Undoes one step, exactly: what an update changes is copied before it and put back after it. The
 * copy is made of a step that is bad or suspect alone, so that good ones cost nothing; its memory
 * (once the parameters and the updater's state) is kept for the next.
 *
 * <p>Under truncated backpropagation through time the state that the segment began with is what the
 * next one begins with, too. DL4J applies constraints (max-norm and the like) after the step has
 * been undone: they find the parameters that they left, and only where applying them twice is not
 * the same as once do those differ from before.
 */
final class StepUndo {
  private final ModelEditor editor;
  private @Nullable NetworkState before;
  private boolean armed;

  /**
   * Prepares nothing yet.
   *
   * @param editor writes what is put back
   */
  StepUndo(ModelEditor editor) {
    this.editor = editor;
  }

  /** Remembers what the step that is about to be made will change. */
  void arm(Model model) {
    NetworkState spare = before;
    armed = false;
    before = null; // where copying fails
    before = NetworkState.of(model, spare);
    armed = true;
  }

  /** {@return whether the step under way can be undone} */
  boolean isArmed() {
    return armed;
  }

  /** Lets the step stand, and frees the memory of the copy. */
  void forget() {
    armed = false;
    if (before != null) {
      before.release();
      before = null;
    }
  }

  /** Lets the step stand. */
  void disarm() {
    armed = false;
  }

  /** Puts everything back, and leaves an update of zero: that is what was done. */
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
