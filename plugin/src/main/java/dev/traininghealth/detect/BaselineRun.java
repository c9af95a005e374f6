package dev.traininghealth.detect;

import dev.traininghealth.text.Message;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a run compares with a recorded one that was good. Any thread may ask.
 *
 * @hidden
 */
@FunctionalInterface
public interface BaselineRun {
  /**
   * {@return that of a run that is compared with no other one}
   *
   * @param reason why it is not
   */
  static BaselineRun none(Message reason) {
    Result result = Result.missing(reason);
    return () -> result;
  }

  /** {@return the result of the latest comparison; the same object until the next one} */
  Result latest();

  /** The result of a comparison, which equals no other one. */
  final class Result {
    private final Function<String, Check> check;
    private final @Nullable Departure departure;

    /**
     * Creates a result.
     *
     * @param check returns what was compared, for the detector of that name
     * @param departure where the run departs from its baseline run; null if it does not, or if
     *     nothing was compared
     */
    public Result(Function<String, Check> check, @Nullable Departure departure) {
      this.check = check;
      this.departure = departure;
    }

    /**
     * {@return the result where nothing was compared}
     *
     * @param reason why not
     */
    public static Result missing(Message reason) {
      return new Result(detector -> Check.missing(detector, reason), null);
    }

    /** {@return what was compared, for the detector of a name} */
    public Function<String, Check> check() {
      return check;
    }

    /** {@return where the run departs from its baseline run, or null} */
    public @Nullable Departure departure() {
      return departure;
    }
  }

  /**
   * Where a run departs from its baseline run.
   *
   * @param message from which iteration on, in what, by how much, and how the configurations differ
   * @param value mean of the run from there on, of the score if that departs; infinite if the
   *     values are not finite
   * @param baselineValue the same of the baseline run
   * @param hasOtherSettings whether the configurations are known to differ
   */
  record Departure(Message message, double value, double baselineValue, boolean hasOtherSettings) {}
}
