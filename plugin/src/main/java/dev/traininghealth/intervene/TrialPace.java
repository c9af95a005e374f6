package dev.traininghealth.intervene;

import java.util.HashMap;
import java.util.Map;

/**
 * Decides how often the same problem is tried: soon at first, and ever more seldom while nothing
 * helps, since a problem that goes on needs no new trial at every iteration.
 */
final class TrialPace {
  /** Iterations to the second look: by then the network has moved further than a branch does. */
  static final int FIRST_GAP = 25;

  /** The longest wait. */
  static final int MAX_GAP = 1600;

  /** Iterations in which what was adopted has to show what it does. */
  static final int AFTER_ADOPTION = 100;

  private final Map<String, Look> looks = new HashMap<>();

  private static final class Look {
    long next;
    int gap;

    Look(int gap) {
      this.gap = gap;
    }
  }

  /** Whether a problem may be tried at this iteration. */
  boolean isDue(String problem, long iteration) {
    Look look = looks.get(problem);
    return look == null || iteration >= look.next;
  }

  /** Takes note of a trial that changed nothing. */
  void inVain(String problem, long iteration) {
    inVain(problem, iteration, FIRST_GAP);
  }

  /** The same, with another first wait. */
  void inVain(String problem, long iteration, int firstGap) {
    Look look = looks.computeIfAbsent(problem, p -> new Look(firstGap));
    if (iteration > look.next + 2L * look.gap) {
      look.gap = firstGap; // it had been over for long
    }
    look.next = iteration + look.gap;
    look.gap = Math.min(MAX_GAP, 2 * look.gap);
  }

  /** Takes note of a trial whose winner was adopted: no problem is tried for a while. */
  void adopted(String problem, long iteration) {
    looks.computeIfAbsent(problem, p -> new Look(FIRST_GAP)).gap = FIRST_GAP;
    for (Look look : looks.values()) {
      look.next = Math.max(look.next, iteration + AFTER_ADOPTION);
    }
  }
}
