package dev.traininghealth.intervene;

import dev.traininghealth.numbers.SavedNumbers;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides how often trials about the same problem run.
 *
 * <p>They run soon at first, and less and less often while nothing helps, because a lasting problem
 * needs no new trial at every iteration.
 */
final class TrialPace {
  /**
   * Wait before the second trial, iterations: by then the network has moved further than a branch
   * does.
   */
  static final int FIRST_WAIT_ITERATIONS = 25;

  /** Longest wait, iterations. */
  static final int MAX_WAIT_ITERATIONS = 1600;

  /** Iterations without trials after a change was adopted, in which its effect must show. */
  static final int ADOPTION_COOLDOWN_ITERATIONS = 100;

  private final Map<String, Wait> waits = new HashMap<>();

  private static final class Wait {
    long next;
    int length;

    Wait(int length) {
      this.length = length;
    }
  }

  /** {@return whether a trial about a problem is due at this iteration} */
  boolean isDue(String problem, long iteration) {
    Wait wait = waits.get(problem);
    return wait == null || iteration >= wait.next;
  }

  /** Handles a trial that changed nothing. */
  void onNothingAdopted(String problem, long iteration) {
    onNothingAdopted(problem, iteration, FIRST_WAIT_ITERATIONS);
  }

  /** Handles a trial that changed nothing, with another first wait. */
  void onNothingAdopted(String problem, long iteration, int firstWait) {
    Wait wait = waits.computeIfAbsent(problem, p -> new Wait(firstWait));
    if (iteration > wait.next + 2L * wait.length) {
      wait.length = firstWait; // the problem was absent for long
    }
    wait.next = iteration + wait.length;
    wait.length = Math.min(MAX_WAIT_ITERATIONS, 2 * wait.length);
  }

  /** Saves the waits, by problem. */
  void save(SavedNumbers to) {
    waits.forEach((problem, wait) -> to.put(problem, new long[] {wait.next, wait.length}));
  }

  /** Restores what {@link #save} wrote, for a network that is now at an iteration. */
  void restore(SavedNumbers from, long iteration) {
    for (String problem : from.names()) {
      long[] saved = from.getLongs(problem, 2);
      Wait wait = new Wait((int) Math.max(1, Math.min(saved[1], MAX_WAIT_ITERATIONS)));
      wait.next = Math.min(saved[0], iteration + MAX_WAIT_ITERATIONS);
      waits.put(problem, wait);
    }
  }

  /** Handles a trial whose winner was adopted: all problems wait. */
  void onAdopted(String problem, long iteration) {
    waits.computeIfAbsent(problem, p -> new Wait(FIRST_WAIT_ITERATIONS)).length =
        FIRST_WAIT_ITERATIONS;
    for (Wait wait : waits.values()) {
      wait.next = Math.max(wait.next, iteration + ADOPTION_COOLDOWN_ITERATIONS);
    }
  }
}
