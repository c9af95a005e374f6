package dev.traininghealth.network;

import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A state of ND4J's random generator, from which dropout draws: remembered at the end of each
 * iteration, it is the state before the next forward pass, unless the user's program draws in
 * between. Reading it draws nothing.
 *
 * @hidden
 */
public final class GeneratorState {
  private long root;
  private long node;
  private boolean known;

  /** Creates one that is not known. */
  public GeneratorState() {}

  /** Takes the generator's state now. */
  public void remember() {
    try {
      Random random = Nd4j.getRandom();
      root = random.rootState();
      node = random.nodeState();
      known = true;
    } catch (UnsupportedOperationException e) {
      known = false; // a generator of the user's that keeps its state to itself
    }
  }

  /** Puts the generator into this state; nothing is done where it is not known. */
  public void restore() {
    if (known) {
      Nd4j.getRandom().setStates(root, node);
    }
  }

  /**
   * Tells whether a state has been taken.
   *
   * @return false before the first {@link #remember}, and where the generator does not tell it
   */
  public boolean isKnown() {
    return known;
  }

  /**
   * Copies it, since this one goes on with the run.
   *
   * @return one of the same state
   */
  public GeneratorState copy() {
    GeneratorState copy = new GeneratorState();
    copy.root = root;
    copy.node = node;
    copy.known = known;
    return copy;
  }

  /**
   * Gives the state's two numbers.
   *
   * @return root and node state
   */
  public long[] numbers() {
    return new long[] {root, node};
  }
}
