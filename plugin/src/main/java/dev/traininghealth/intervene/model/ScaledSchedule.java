package dev.traininghealth.intervene.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.SigmoidSchedule;
import org.nd4j.linalg.schedule.StepSchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A learning rate schedule of the user times a factor: {@code factor · schedule(iteration, epoch)}.
 *
 * <p>A network that is saved while it holds one needs this plugin on the class path to be loaded,
 * and the user's schedule as before. A network with DL4J's own schedules does not, because {@link
 * #of} creates scaled schedules of the same kinds.
 *
 * @param schedule the user's, which is neither copied nor changed
 * @param factor the multiplier of its values
 * @hidden
 */
public record ScaledSchedule(
    @JsonProperty("schedule") ISchedule schedule, @JsonProperty("factor") double factor)
    implements ISchedule {

  /**
   * Scales a schedule.
   *
   * <p>For a schedule of DL4J the result is a new one of the same kind, with scaled rates and
   * otherwise equal values, which shares nothing with it. Any other schedule is wrapped. A {@code
   * RampSchedule} is wrapped too: it does not reveal its parts, and DL4J cannot load it in any
   * case.
   *
   * @return a schedule whose value is {@code factor} times that of the given one, within rounding
   *     errors of a double
   */
  static ISchedule of(ISchedule schedule, double factor) {
    Class<?> kind = schedule.getClass(); // a subclass may compute other values
    if (kind == ExponentialSchedule.class) {
      ExponentialSchedule s = (ExponentialSchedule) schedule;
      return new ExponentialSchedule(
          s.getScheduleType(), factor * s.getInitialValue(), s.getGamma());
    }
    if (kind == StepSchedule.class) {
      StepSchedule s = (StepSchedule) schedule;
      return new StepSchedule(
          s.getScheduleType(), factor * s.getInitialValue(), s.getDecayRate(), s.getStep());
    }
    if (kind == PolySchedule.class) {
      PolySchedule s = (PolySchedule) schedule;
      return new PolySchedule(
          s.getScheduleType(), factor * s.getInitialValue(), s.getPower(), s.getMaxIter());
    }
    if (kind == SigmoidSchedule.class) {
      SigmoidSchedule s = (SigmoidSchedule) schedule;
      return new SigmoidSchedule(
          s.getScheduleType(), factor * s.getInitialValue(), s.getGamma(), s.getStepSize());
    }
    if (kind == InverseSchedule.class) {
      InverseSchedule s = (InverseSchedule) schedule;
      return new InverseSchedule(
          s.getScheduleType(), factor * s.getInitialValue(), s.getGamma(), s.getPower());
    }
    if (kind == MapSchedule.class) {
      MapSchedule s = (MapSchedule) schedule;
      Map<Integer, Double> values = new LinkedHashMap<>();
      s.getValues().forEach((position, value) -> values.put(position, factor * value));
      return new MapSchedule(s.getScheduleType(), values);
    }
    if (kind == FixedSchedule.class) {
      return new FixedSchedule(factor * ((FixedSchedule) schedule).getValue());
    }
    if (kind == CycleSchedule.class) {
      CycleSchedule s = (CycleSchedule) schedule;
      return new CycleSchedule(
          s.getScheduleType(),
          factor * s.getInitialLearningRate(),
          factor * s.getMaxLearningRate(),
          s.getCycleLength(),
          s.getAnnealingLength(),
          s.getAnnealingDecay());
    }
    return new ScaledSchedule(schedule, factor);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return factor * schedule.valueAt(iteration, epoch);
  }

  @Override
  public ISchedule clone() {
    return new ScaledSchedule(schedule.clone(), factor);
  }
}
