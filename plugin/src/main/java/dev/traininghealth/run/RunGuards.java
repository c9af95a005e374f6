package dev.traininghealth.run;

import dev.traininghealth.guard.Guard;
import dev.traininghealth.measure.NetworkMeter;
import org.jspecify.annotations.Nullable;

/** The guards of a run's own stages, and what the user loses where one of them fails. */
final class RunGuards {
  final Guard activations =
      Guard.retrying(
          "Measuring activations",
          "activations of the iterations at which it fails are neither shown nor diagnosed");
  final Guard labels =
      Guard.retrying(
          "Reading the labels",
          "they are not checked, and not searched for the origin of a value that is not finite");
  final Guard gradient;
  final Guard updates;
  final Guard diagnosing;
  final Guard beginning;
  final Guard origin =
      Guard.retrying(
          "Searching the origin of a value that is not finite",
          "the diagnosis does not say where the value came from");
  final Guard control =
      Guard.retrying(
          "Renewing the paired control",
          "progress is measured against an earlier state of the network");
  final Guard generator =
      Guard.retrying(
          "Reading the state of the random generator",
          "a failure bundle may not run again to the same values");
  final Guard outside =
      Guard.retrying(
          "Noticing weights that are changed from outside",
          "what was usual before such a change may be compared with what came after it");
  final Guard resuming =
      Guard.switchingOff(
          "Going on from the saved state of the listener", "what it had learned is learned again");
  private final Guard end =
      Guard.retrying("Handing over what is left", "the latest records may be missing");
  private final Guard memory =
      Guard.retrying(
          "Freeing the memory of a run that ends", "it stays until the garbage collector comes");

  /**
   * @param protects whether the run is to be protected
   */
  RunGuards(boolean protects) {
    String unprotected = protects ? ", and the run is not protected at them" : "";
    String iterations = "the iterations at which it fails are not ";
    gradient =
        Guard.retrying(
            "Measuring the gradient", iterations + "recorded or diagnosed" + unprotected);
    updates =
        Guard.retrying(
            "Measuring weights and updates", iterations + "recorded or diagnosed" + unprotected);
    diagnosing = Guard.retrying("Diagnosing", iterations + "diagnosed" + unprotected);
    beginning =
        Guard.switchingOff(
            "Beginning to diagnose the run",
            "nothing is diagnosed" + (protects ? ", and the run is not protected" : ""));
  }

  /** {@return a guard of the making of a run} */
  static Guard watching() {
    return Guard.retrying("Beginning to watch a network", "it is neither shown nor protected");
  }

  /** Does a piece of work at the end of a run, or between two iterations. */
  void atTheEnd(Runnable work) {
    try {
      work.run();
    } catch (Throwable e) {
      end.failed(e);
    }
  }

  /** Frees the memory outside the Java heap of a run that ends. */
  void release(NetworkMeter meter, @Nullable ProtectedRun protectedRun) {
    try {
      meter.release();
    } catch (Throwable e) {
      memory.failed(e);
    }
    try {
      if (protectedRun != null) {
        protectedRun.release();
      }
    } catch (Throwable e) {
      memory.failed(e);
    }
  }
}
