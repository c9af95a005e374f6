package dev.traininghealth.detect;

/**
 * Marks the plugin's own detectors.
 *
 * <p>Their failures probably have a passing reason, such as a shortage of memory, rather than a
 * defect. They are therefore called again, whereas a user's detector is switched off.
 *
 * @hidden
 */
public interface PluginDetector extends Detector {}
