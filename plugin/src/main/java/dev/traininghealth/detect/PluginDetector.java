package dev.traininghealth.detect;

/**
 * One of the plugin's own detectors. What makes it fail is likelier to pass, such as a shortage of
 * memory, than to be a defect; so it is asked again where a user's detector is let go.
 *
 * @hidden
 */
public interface PluginDetector extends Detector {}
