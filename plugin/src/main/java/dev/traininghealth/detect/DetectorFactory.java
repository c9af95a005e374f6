package dev.traininghealth.detect;

import java.io.Serializable;

/** Makes a {@link Detector} for each run, since a detector keeps state. */
@FunctionalInterface
public interface DetectorFactory extends Serializable {
  /**
   * Makes a detector.
   *
   * @return a new one
   */
  Detector create();
}
