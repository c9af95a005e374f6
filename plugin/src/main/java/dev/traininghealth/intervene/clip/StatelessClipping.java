package dev.traininghealth.intervene.clip;

/**
 * One of the plugin's rules that never changes, so that several runs share it.
 *
 * <p>Other rules are copied by serialization for each run. The first serialization in a JVM takes
 * longer than all other work to create a listener.
 *
 * @hidden
 */
public interface StatelessClipping extends GradientClipping {}
