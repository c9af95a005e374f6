package dev.traininghealth.network;

import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A state of ND4J's random generator, from which dropout draws. If it is remembered at the end of
 * each iteration, it is the state before the next forward pass, unless the user's program draws in
 * between. Reading it draws no number.
 *
 * @hidden
 */
public final class GeneratorState {
  private long root;
  private long node;
  private boolean known;

  /** Creates an object whose state is not known. */
  public GeneratorState() {}

  /** Reads the generator's current state. */
  public void remember() {
    try {
      Random random = Nd4j.getRandom();
      root = random.rootState();
      node = random.nodeState();
      known = true;
    } catch (UnsupportedOperationException e) {
      known = false; // a user's generator that does not return its state
    }
  }

  /** Sets the generator to this state; does nothing if the state is not known. */
  public void restore() {
    if (known) {
      Nd4j.getRandom().setStates(root, node);
    }
  }

  /**
   * Whether a state has been read.
   *
   * @return false before the first {@link #remember}, and if the generator does not return its
   *     state
   */
  public boolean isKnown() {
    return known;
  }

  /**
   * Copies the state, because this object changes as the run continues.
   *
   * @return an object with the same state
   */
  public GeneratorState copy() {
    GeneratorState copy = new GeneratorState();
    copy.root = root;
    copy.node = node;
    copy.known = known;
    return copy;
  }

  /** {@return the state's two numbers, root and node state} */
  public long[] numbers() {
    return new long[] {root, node};
  }
}
