package dev.traininghealth.publish;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The iterations around diagnoses and interventions, of which every single one stays recorded. They
 * are remembered until {@link SegmentHistory} has decided about their rows.
 *
 * <p>Thread-safe: the training thread adds events while the recorder's thread merges segments.
 */
final class KeptWindows {
  /** What {@link #importance} returns of iterations without an event. */
  static final int NONE = -1;

  /**
   * Iterations before and after an event: what detectors look back on, and what shows whether an
   * intervention has helped.
   */
  private static final int AROUND_ITERATIONS = 100;

  /** Distance of two events that share a window, iterations: half a window follows the second. */
  private static final int SHARED_ITERATIONS = AROUND_ITERATIONS / 2;

  /**
   * Maximum of windows whose rows are not merged yet: more than segments are kept, so that a series
   * of events costs no more than a few.
   */
  private static final int MAX_WINDOWS = 64;

  private static final Comparator<Window> LEAST_IMPORTANT =
      Comparator.comparingInt(Window::importance);

  private final List<Window> windows = new ArrayList<>();

  /** An event and its importance, 0 or more. */
  private record Window(long iteration, int importance) {
    boolean overlaps(long first, long last) {
      return iteration - AROUND_ITERATIONS <= last && iteration + AROUND_ITERATIONS >= first;
    }
  }

  /** Adds the start of a diagnosis; the more severe, the more important. */
  void add(Diagnosis diagnosis) {
    add(diagnosis.iteration(), importance(diagnosis.severity()));
  }

  /** Adds an intervention; one that changes more of the run is more important. */
  void add(Intervention intervention) {
    Severity comparable =
        switch (intervention.kind()) {
          case SKIP, CLIP -> Severity.INFO;
          case TRIAL, LOWER_LEARNING_RATE, RAISE_LEARNING_RATE -> Severity.WARNING;
          case ROLLBACK, STOP -> Severity.CRITICAL;
        };
    add(intervention.iteration(), importance(comparable));
  }

  private static int importance(Severity severity) {
    return switch (severity) {
      case INFO -> 0;
      case WARNING -> 1;
      case CRITICAL -> 2;
    };
  }

  /**
   * Adds an event. If there are too many, the least important one is forgotten, the oldest of them.
   *
   * @param iteration its iteration
   * @param importance 0 or more; larger is more important
   */
  synchronized void add(long iteration, int importance) {
    for (Window window : windows) {
      if (window.importance() >= importance
          && Math.abs(window.iteration() - iteration) <= SHARED_ITERATIONS) {
        return;
      }
    }
    windows.add(new Window(iteration, importance));
    if (windows.size() > MAX_WINDOWS) {
      windows.remove(windows.stream().min(LEAST_IMPORTANT).orElseThrow());
    }
  }

  /** The importance of the most important event around these iterations, or {@link #NONE}. */
  synchronized int importance(long first, long last) {
    int importance = NONE;
    for (Window window : windows) {
      if (window.overlaps(first, last)) {
        importance = Math.max(importance, window.importance());
      }
    }
    return importance;
  }

  /** Forgets the windows that end at an iteration or before. */
  synchronized void forgetUntil(long iteration) {
    windows.removeIf(window -> window.iteration() + AROUND_ITERATIONS <= iteration);
  }
}
