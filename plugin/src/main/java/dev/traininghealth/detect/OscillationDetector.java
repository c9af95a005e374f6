package dev.traininghealth.detect;

/** To come. */
final class OscillationDetector implements Detector {
  @Override
  public String name() {
    return "oscillation";
  }
}
