package dev.traininghealth.intervene.model;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** A user's schedule, which DL4J can save and load. */
public final class UserSchedule implements ISchedule {
  private static final long serialVersionUID = 1L;

  @JsonProperty("start")
  private final double start;

  public UserSchedule(@JsonProperty("start") double start) {
    this.start = start;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return start / Math.sqrt(1 + iteration + 10.0 * epoch);
  }

  @Override
  public ISchedule clone() {
    return new UserSchedule(start);
  }
}
