package dev.traininghealth.detect.fit;

import dev.traininghealth.detect.Remedy;
import dev.traininghealth.text.Message;
import java.util.List;

/**
 * What to change if a learning rate takes a course that was hardly meant.
 *
 * @hidden
 */
public final class ScheduleRemedies {
  private ScheduleRemedies() {}

  /** {@return those against a decay that is over too early} */
  public static List<Remedy> ofDecay() {
    return List.of(ofEpochs(), lasting());
  }

  /** {@return those against a jump} */
  public static List<Remedy> ofJump() {
    return List.of(new Remedy(Message.of("remedy.schedule.values"), ""), lasting());
  }

  /** {@return those against a rate of 0, one that rises again, and one that cannot be used} */
  public static List<Remedy> ofEnd() {
    return List.of(lasting(), ofEpochs());
  }

  private static Remedy ofEpochs() {
    return new Remedy(
        Message.of("remedy.schedule.epochs"),
        "new StepSchedule(ScheduleType.EPOCH, initialValue, decayRate, step)");
  }

  private static Remedy lasting() {
    return new Remedy(Message.of("remedy.schedule.lasting"), "");
  }
}
