package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;

/**
 * What a detector that is {@link Restorable} remembers. Where saving it fails the statistics of the
 * run go without it, where restoring it fails it stays as it is; nothing is thrown.
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
    restoring = guard(plugins, "Restoring", "it stays as it is where the run is set back");
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
   * @param to takes the numbers; some may be there where it fails
   * @return whether all are there
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

  /** Restores what was saved under a name, if the state as it is now can be kept meanwhile. */
  void restore(SavedNumbers all, String as) {
    SavedNumbers before = new SavedNumbers();
    if (restoring.isOff() || !save(before)) {
      return;
    }
    try {
      detector.restore(all.getSection(as));
    } catch (Throwable e) {
      restoring.failed(e);
      putBack(before);
    }
  }

  private void putBack(SavedNumbers before) {
    try {
      detector.restore(before);
    } catch (Throwable e) {
      restoring.failed(e);
    }
  }
}
