package dev.traininghealth.detect;

import dev.traininghealth.measure.Measurement;
import dev.traininghealth.measure.NetworkLayout;
import dev.traininghealth.measure.Origin;
import org.jspecify.annotations.Nullable;

/**
 * What detectors see of a run: the measurement of the iteration, and of what came before a bounded
 * summary. Nothing here may be changed by a detector, and nothing is kept by reference.
 */
public final class History {
  private final NetworkLayout layout;
  private final Measurement measurement;
  private @Nullable Origin origin;
  private long seen;

  History(NetworkLayout layout, Measurement measurement) {
    this.layout = layout;
    this.measurement = measurement;
  }

  /**
   * Gives the network.
   *
   * @return its layers and parameters, whose indices all numbers use
   */
  public NetworkLayout layout() {
    return layout;
  }

  /**
   * Gives the numbers of this iteration; the same object every time.
   *
   * @return the numbers, to be read only
   */
  public Measurement now() {
    return measurement;
  }

  /**
   * Counts the iterations seen by the listener, which may have been added late.
   *
   * @return how many came before this one
   */
  public long seen() {
    return seen;
  }

  /**
   * Tells where this iteration's first non-finite value stood, if one was found.
   *
   * @return the origin, or null where gradient, score and weights are finite
   */
  public @Nullable Origin origin() {
    return origin;
  }

  void gradient(@Nullable Origin found) {
    origin = found;
  }

  void updated() {
    seen++;
  }
}
