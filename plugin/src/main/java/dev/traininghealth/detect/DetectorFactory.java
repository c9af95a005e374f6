package dev.traininghealth.detect;

import java.io.Serializable;

/** Creates a {@link Detector} for each run, because a detector keeps state. */
@FunctionalInterface
public interface DetectorFactory extends Serializable {
  /** {@return a new detector} */
  Detector create();
}
