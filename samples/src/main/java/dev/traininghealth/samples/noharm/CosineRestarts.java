package dev.traininghealth.samples.noharm;

import java.util.Objects;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A learning rate that falls along half a cosine and restarts (SGDR, Loshchilov and Hutter,
 * arXiv:1608.03983), as a user may write such a schedule.
 */
public final class CosineRestarts implements ISchedule {
  private static final long serialVersionUID = 1L;

  @JsonProperty private final double largest;
  @JsonProperty private final double smallest;
  @JsonProperty private final int length;

  /**
   * Creates a schedule.
   *
   * @param largest learning rate at the start of each cycle
   * @param smallest learning rate at its end
   * @param length of a cycle, in iterations
   */
  public CosineRestarts(
      @JsonProperty("largest") double largest,
      @JsonProperty("smallest") double smallest,
      @JsonProperty("length") int length) {
    this.largest = largest;
    this.smallest = smallest;
    this.length = length;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    double phase = (iteration % length) / (double) length;
    return smallest + (largest - smallest) * (1 + Math.cos(Math.PI * phase)) / 2;
  }

  @Override
  public ISchedule clone() {
    return new CosineRestarts(largest, smallest, length);
  }

  // DL4J updates layers together if their updaters, and so their schedules, are equal.
  @Override
  public boolean equals(Object other) {
    return other instanceof CosineRestarts o
        && largest == o.largest
        && smallest == o.smallest
        && length == o.length;
  }

  @Override
  public int hashCode() {
    return Objects.hash(largest, smallest, length);
  }
}
