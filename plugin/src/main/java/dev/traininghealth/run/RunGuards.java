package dev.traininghealth.run;

import dev.traininghealth.guard.Guard;
import dev.traininghealth.measure.NetworkMeter;
import org.jspecify.annotations.Nullable;

/** The guards of a run's stages. Each names what the user loses if its stage fails. */
final class RunGuards {
  final Guard activations =
      Guard.retrying(
          "Measuring activations",
          "activations are neither shown nor diagnosed for the iterations at which it fails");
  final Guard labels =
      Guard.retrying(
          "Reading the labels",
          "they are not checked and not searched for the origin of a non-finite value");
  final Guard gradient;
  final Guard updates;
  final Guard diagnosing;
  final Guard startingDiagnosis;
  final Guard origin =
      Guard.retrying(
          "Searching the origin of a non-finite value", "the diagnosis does not name its origin");
  final Guard baseline =
      Guard.retrying(
          "Renewing the frozen baseline",
          "progress is measured against an older state of the network");
  final Guard generator =
      Guard.retrying(
          "Reading the state of the random generator",
          "the replay of a failure bundle may compute other values");
  final Guard outside =
      Guard.retrying(
          "Detecting weights that other code changes",
          "usual levels from before such a change may be applied after it");
  final Guard resuming =
      Guard.switchingOff("Restoring the listener's saved state", "usual levels are learned again");
  private final Guard end =
      Guard.retrying("Handing over the last records", "the latest records may be missing");
  private final Guard memory =
      Guard.retrying(
          "Freeing the memory of an ended run", "it stays allocated until garbage collection");

  /**
   * Creates the guards of one run.
   *
   * @param protects whether the run is protected
   */
  RunGuards(boolean protects) {
    String unprotected = protects ? ", and not protected" : "";
    String iterations = "iterations at which it fails are not ";
    gradient =
        Guard.retrying(
            "Measuring the gradient", iterations + "recorded or diagnosed" + unprotected);
    updates =
        Guard.retrying(
            "Measuring weights and updates", iterations + "recorded or diagnosed" + unprotected);
    diagnosing = Guard.retrying("Diagnosing", iterations + "diagnosed" + unprotected);
    startingDiagnosis =
        Guard.switchingOff(
            "Starting the diagnosis",
            "nothing is diagnosed" + (protects ? ", and the run is not protected" : ""));
  }

  /** {@return a guard of starting a run} */
  static Guard forStart() {
    return Guard.retrying("Starting to observe a network", "it is neither shown nor protected");
  }

  /** Runs a task at the end of a run or at a flush. */
  void runAtEnd(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      end.failed(e);
    }
  }

  /** Frees the memory of an ended run outside the Java heap. */
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
