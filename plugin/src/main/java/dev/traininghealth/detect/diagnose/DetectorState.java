package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;

/**
 * Saves and restores the state of a {@link Restorable} detector.
 *
 * <p>If saving fails, the statistics of the run omit this detector. If restoring fails, its state
 * remains unchanged. Nothing is thrown.
 */
final class DetectorState {
  private final String name;
  private final Restorable detector;
  private final Guard saving;
  private final Guard restoring;

  DetectorState(String name, Restorable detector) {
    this.name = name;
    this.detector = detector;
    boolean plugins = detector instanceof PluginDetector;
    saving = guard(plugins, "Saving", "the statistics of the run omit it");
    restoring = guard(plugins, "Restoring", "its state is not rolled back with the run");
  }

  private Guard guard(boolean plugins, String doing, String lost) {
    String what = doing + " the state of detector " + name;
    return plugins ? Guard.retrying(what, lost) : Guard.switchingOff(what, lost);
  }

  String name() {
    return name;
  }

  /**
   * Saves the state.
   *
   * @param to receives the numbers; may contain some of them if saving fails
   * @return whether all numbers were saved
   */
  boolean save(SavedNumbers to) {
    if (saving.isOff()) {
      return false;
    }
    try {
      detector.save(to);
      return true;
    } catch (Throwable e) {
      saving.failed(e);
      return false;
    }
  }

  /**
   * Restores the state that was saved under a name, if the current state can be saved as a
   * fallback.
   */
  void restore(SavedNumbers all, String as) {
    SavedNumbers before = new SavedNumbers();
    if (restoring.isOff() || !save(before)) {
      return;
    }
    try {
      detector.restore(all.getSection(as));
    } catch (Throwable e) {
      restoring.failed(e);
      restoreFallback(before);
    }
  }

  private void restoreFallback(SavedNumbers before) {
    try {
      detector.restore(before);
    } catch (Throwable e) {
      restoring.failed(e);
    }
  }
}
