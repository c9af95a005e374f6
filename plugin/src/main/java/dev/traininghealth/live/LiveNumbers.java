package dev.traininghealth.live;

import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a listener has measured and found up to now, with the workers of this program that train
 * with its clones. Workers in other programs, as on a Spark cluster, are not included.
 *
 * <p>Any thread may read it while networks are trained. It then costs the training thread nothing.
 */
public interface LiveNumbers {
  /**
   * A network and the numbers of its latest iteration.
   *
   * @param layout the network's layers and parameters
   * @param measurement its numbers, which the training thread goes on changing: two values that are
   *     read one after the other may be of two iterations
   */
  record Latest(NetworkLayout layout, Measurement measurement) {
    /** Checks that no component is null. */
    public Latest {
      Objects.requireNonNull(layout, "layout");
      Objects.requireNonNull(measurement, "measurement");
    }
  }

  /**
   * What is counted together.
   *
   * @param problem name of the problem, e.g. {@code exploding_gradient}
   * @param severity how severe it was when it was found
   */
  record Found(String problem, Severity severity) {
    /** Checks that no component is null. */
    public Found {
      Objects.requireNonNull(problem, "problem");
      Objects.requireNonNull(severity, "severity");
    }
  }

  /** Learns about changes. It is called on training threads, and must return at once. */
  interface Watcher {
    /** Called after a run's first iteration, and when a problem is found for the first time. */
    void onChange();

    /** Called when the listener is closed. A network that is trained further starts a new run. */
    void onClose();
  }

  /**
   * {@return the open run whose iteration ended last; null before the first iteration, and after
   * the listener was closed}
   */
  @Nullable Latest latest();

  /** {@return the number of completed iterations of all runs} */
  long iterations();

  /** {@return how many diagnoses there were in all runs; what was never found is left out} */
  Map<Found, Long> diagnoses();

  /** {@return how many interventions there were in all runs, repetitions included, by kind} */
  Map<Intervention.Kind, Long> interventions();

  /**
   * Tells a watcher about changes from now on.
   *
   * @param watcher is held until {@link #unwatch}
   */
  void watch(Watcher watcher);

  /**
   * Ends what {@link #watch} began.
   *
   * @param watcher if it does not watch, nothing happens
   */
  void unwatch(Watcher watcher);
}
