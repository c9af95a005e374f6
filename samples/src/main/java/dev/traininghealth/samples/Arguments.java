package dev.traininghealth.samples;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The arguments of a sample: flags, options with a value, and at most one operand. */
final class Arguments {
  private final Map<String, List<String>> options = new HashMap<>();
  private @Nullable String operand;

  private Arguments() {}

  /**
   * Parses the arguments.
   *
   * @param understood options, each with a placeholder for its value ({@code "--out FILE"}) or
   *     without ({@code "--exit"}), and a placeholder alone ({@code "FILE"}) if an operand is
   *     allowed
   * @throws Failure if there is any other argument
   */
  static Arguments parse(Set<String> understood, String... args) throws Failure {
    Arguments arguments = new Arguments();
    Deque<String> rest = new ArrayDeque<>(Arrays.asList(args));
    while (!rest.isEmpty()) {
      arguments.take(rest.remove(), rest, understood);
    }
    return arguments;
  }

  private void take(String arg, Deque<String> rest, Set<String> understood) throws Failure {
    if (understood.contains(arg) && arg.startsWith("--")) {
      options.put(arg, List.of());
    } else if (understood.stream().anyMatch(option -> option.startsWith(arg + " "))) {
      String value = rest.poll();
      if (value == null) {
        throw Failure.ofCall(arg + " needs a value after it");
      }
      options.computeIfAbsent(arg, option -> new ArrayList<>()).add(value);
    } else if (!arg.startsWith("--")
        && operand == null
        && understood.stream().anyMatch(option -> !option.startsWith("--"))) {
      operand = arg;
    } else {
      throw Failure.ofCall("Unknown argument: " + arg);
    }
  }

  boolean has(String flag) {
    return options.containsKey(flag);
  }

  /** The value of an option, the last one if there are several; null if it was not given. */
  @Nullable String value(String option) {
    List<String> values = values(option);
    return values.isEmpty() ? null : values.get(values.size() - 1);
  }

  /** The values of an option that may be given several times; empty if it was not given. */
  List<String> values(String option) {
    return options.getOrDefault(option, List.of());
  }

  /** A whole number above 0; empty if the option was not given. */
  OptionalInt count(String option) throws Failure {
    String value = value(option);
    if (value == null) {
      return OptionalInt.empty();
    }
    if (!value.matches("0*[1-9][0-9]{0,8}")) {
      throw Failure.ofCall(option + " must be a whole number above 0, was " + value);
    }
    return OptionalInt.of(Integer.parseInt(value));
  }

  /** The operand, or null. */
  @Nullable String operand() {
    return operand;
  }
}
