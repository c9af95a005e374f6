package dev.traininghealth.samples.noharm;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The mode of a run. */
public enum Mode {
  /** Without a listener. */
  ALONE,
  /** With a listener for each network that only observes, for the lead of its reports. */
  OBSERVING,
  /** With a {@code TrainingHealthListener.protecting(storage)} for each network. */
  PROTECTING;

  /** The name in tables, in the JSON and for {@code --mode}. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Parses names that are separated by commas.
   *
   * @throws IllegalArgumentException if there is no mode of such a name
   */
  public static List<Mode> parse(String names) {
    List<String> wanted = Arrays.asList(names.split(",", -1));
    List<String> known = Arrays.stream(values()).map(Mode::key).toList();
    for (String name : wanted) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "--mode must be one or several of " + String.join(",", known) + ", was " + names);
      }
    }
    return Arrays.stream(values()).filter(mode -> wanted.contains(mode.key())).toList();
  }
}
