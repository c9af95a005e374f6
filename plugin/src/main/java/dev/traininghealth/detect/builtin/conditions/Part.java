package dev.traininghealth.detect.builtin.conditions;

/** The parts of the time of an iteration, as indices of arrays. */
final class Part {
  /** DL4J waits for the minibatch. */
  static final int DATA = 0;

  /** Garbage collection stops the program. */
  static final int COLLECTION = 1;

  /** The plugin's listener. */
  static final int LISTENER = 2;

  /** From the end of an iteration to the end of the next forward pass, without the data. */
  static final int FORWARD = 3;

  /** The backward pass. */
  static final int BACKWARD = 4;

  /** From the gradient to the end of the iteration. */
  static final int UPDATE = 5;

  static final int COUNT = 6;

  private Part() {}
}
