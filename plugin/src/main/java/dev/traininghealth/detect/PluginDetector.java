package dev.traininghealth.detect;

import org.jspecify.annotations.Nullable;

/**
 * Marks the plugin's own detectors.
 *
 * <p>Their failures probably have a passing reason, such as a shortage of memory, rather than a
 * defect. They are therefore called again, whereas a user's detector is switched off.
 *
 * @hidden
 */
public interface PluginDetector extends Detector {
  /**
   * {@return what it has looked at, if that is no measurement of the run; null if its {@link
   * #requirement} says it} Any thread may ask.
   */
  default @Nullable Check check() {
    return null;
  }
}
