package dev.traininghealth.publish;

/** Why a recorder is to put what it has. */
enum FlushReason {
  /** Somebody wants to read it. */
  REQUESTED,

  /** The training thread has ended. Another one may continue the run. */
  THREAD_ENDED,

  /** The listener was closed, or the JVM ends. */
  RUN_ENDED;

  /** Whether most likely nothing more is added. */
  boolean isLast() {
    return this != REQUESTED;
  }
}
