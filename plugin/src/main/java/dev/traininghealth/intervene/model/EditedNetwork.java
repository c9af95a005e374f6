package dev.traininghealth.intervene.model;

import dev.traininghealth.numbers.NetworkLayout;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * A network that protection may change: its gradient, its step, its state and its learning rates.
 * Everything that is written to a network under training is written through this class, and in a
 * dry run nothing is.
 *
 * <p>The learning rates may be used by several threads. All else is for the training thread alone.
 *
 * @hidden
 */
public final class EditedNetwork {
  private final Model model;
  private final ModelEditor editor;
  private final StepUndo undo;
  private final LearningRates rates;
  private @Nullable BoundGradient gradient;

  /**
   * Reads the network's learning rates, and changes nothing yet.
   *
   * @param model an initialized network, whose arrays may be replaced later
   * @param dryRun whether nothing is written to it
   * @throws IllegalArgumentException if the model is neither a MultiLayerNetwork nor a
   *     ComputationGraph
   */
  public EditedNetwork(Model model, boolean dryRun) {
    this.model = model;
    editor = new ModelEditor(dryRun);
    undo = new StepUndo(editor);
    rates = LearningRates.of(model);
  }

  /**
   * Returns the gradient, bound to the network's present arrays. It must have been computed once.
   *
   * @param layout of this network, as it is measured
   * @return the same object until DL4J makes new gradient arrays
   * @throws IllegalArgumentException if the layout names a parameter that the network lacks
   */
  public EditedGradient gradient(NetworkLayout layout) {
    BoundGradient bound = gradient;
    if (bound == null || !bound.isBoundTo(model)) {
      if (bound != null) {
        bound.release();
      }
      bound = BoundGradient.of(model, layout, editor);
      gradient = bound;
    }
    return bound;
  }

  /** Sets the gradient to zero, or the update that the updater has made of it. */
  public void clearGradient() {
    editor.clearGradient(model);
  }

  /** Copies what the next step will change, so that {@link #undoStep} can restore it. */
  public void armUndo() {
    undo.arm(model);
  }

  /** {@return whether the step under way can be undone} */
  public boolean isUndoArmed() {
    return undo.isArmed();
  }

  /** Lets the step stand. The memory of the copy serves for the next one. */
  public void disarmUndo() {
    undo.disarm();
  }

  /** Restores what the step has changed, bit by bit, and leaves an update of zero, if armed. */
  public void undoStep() {
    undo.undo(model);
  }

  /**
   * Copies parameters and updater state.
   *
   * @param spare a state that is no longer needed: its memory is used if it fits, else freed; or
   *     null
   * @return the copy, to be released by the caller
   * @throws OutOfMemoryError if there is no memory for it
   */
  public NetworkState copyState(@Nullable NetworkState spare) {
    return NetworkState.of(model, spare);
  }

  /** {@return the memory that a copy of the state takes, bytes} */
  public long stateBytes() {
    return NetworkState.bytes(model);
  }

  /** {@return whether parameters and updater state are all finite; reads all of them} */
  public boolean isFinite() {
    return NetworkState.isFinite(model);
  }

  /**
   * Restores parameters and updater state, bit by bit. Under truncated backpropagation through time
   * the next segment begins as the present one did, or without a state if that was not finite.
   *
   * @param state of this network
   */
  public void restore(NetworkState state) {
    editor.restore(model, state);
    RecurrentStates.undoSegmentOrForget(model, editor);
  }

  /**
   * Sets what {@code model.score()} returns until the next iteration.
   *
   * @param score any value
   */
  public void setScore(double score) {
    editor.setScore(model, score);
  }

  /**
   * Clears the masks of the minibatch, which DL4J leaves set when an exception ends {@code fit}.
   */
  public void clearMasks() {
    editor.clearMasks(model);
  }

  /**
   * Returns what the user's learning rates are multiplied by; never waits for another thread.
   *
   * @return above 0; 1 at first, unless the updaters are shared with a network whose rates are
   *     scaled
   */
  public double learningRateFactor() {
    return rates.factor();
  }

  /** {@return whether any learning rate can be scaled; an AdaDelta has none} */
  public boolean hasLearningRates() {
    return rates.isAny();
  }

  /** {@return whether any learning rate follows a schedule} */
  public boolean hasLearningRateSchedule() {
    return rates.hasLearningRateSchedule();
  }

  /** {@return the updaters whose learning rate is not scaled, e.g. {@code AdaDelta (layer 0)}} */
  public List<String> updatersWithoutRate() {
    return rates.withoutRate();
  }

  /**
   * Multiplies the user's learning rates, schedules included, from the next step on. To be called
   * after {@link #detectUserChanges}, so that the factor counts from the user's latest rates.
   *
   * @param factor above 0 and finite; 1 restores the user's rates, bit by bit
   * @throws IllegalArgumentException if it is not
   * @throws RuntimeException if an updater or a schedule throws it; all rates are then as before
   */
  public void scaleLearningRates(double factor) {
    editor.scaleLearningRates(rates, factor);
  }

  /**
   * Takes the present rates for the user's, times a factor: those of a network that was saved while
   * its rates were scaled. Nothing is written.
   *
   * @param factor above 0 and finite
   */
  public void adoptLearningRateFactor(double factor) {
    rates.adoptFactor(factor);
  }

  /**
   * Looks for learning rates that were set, and updaters that were replaced, by the user since the
   * last change. If there are any, all other rates are restored as well and the factor is 1. In a
   * dry run the factor is 1 then, and no rate is set.
   */
  public void detectUserChanges() {
    editor.detectUserChanges(rates, model);
  }

  /** Frees the memory outside the Java heap. Nothing can be undone any more. */
  public void release() {
    undo.forget();
    if (gradient != null) {
      gradient.release();
    }
  }
}
