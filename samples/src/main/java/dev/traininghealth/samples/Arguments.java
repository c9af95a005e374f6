package dev.traininghealth.samples;

import java.io.PrintStream;
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

/** What a sample was called with: options, some of them with a value, and what stands alone. */
final class Arguments {
  private final Map<String, String> options = new HashMap<>();
  private final List<String> operands = new ArrayList<>();

  private Arguments() {}

  /** A call that makes no sense, or whose files do; the message is all that the user needs. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  /** A sample: its exit code, or what is wrong with the call. */
  interface Sample {
    int run(Arguments arguments) throws Exception;
  }

  /** What a sample understands. */
  record Grammar(String usage, Set<String> flags, Set<String> valued, int operands) {}

  /**
   * Runs a sample. Asking for help gives its usage, a call that it does not understand gives that
   * and the reason.
   *
   * @return the exit code: 0, 2 for a wrong call, or the sample's own
   */
  static int run(Grammar grammar, Sample sample, String... args) throws Exception {
    if (Arrays.asList(args).contains("--help")) {
      Console.out().println(grammar.usage());
      return 0;
    }
    try {
      return sample.run(parse(grammar, args));
    } catch (UsageException e) {
      PrintStream err = Console.err();
      err.println(e.getMessage());
      err.println();
      err.println(grammar.usage());
      return 2;
    }
  }

  private static Arguments parse(Grammar grammar, String... args) throws UsageException {
    Arguments arguments = new Arguments();
    Deque<String> rest = new ArrayDeque<>(Arrays.asList(args));
    while (!rest.isEmpty()) {
      String arg = rest.remove();
      if (grammar.flags().contains(arg)) {
        arguments.options.put(arg, "");
      } else if (grammar.valued().contains(arg)) {
        String value = rest.poll();
        if (value == null) {
          throw new UsageException(arg + " needs a value after it");
        }
        arguments.options.put(arg, value);
      } else if (!arg.startsWith("--") && arguments.operands.size() < grammar.operands()) {
        arguments.operands.add(arg);
      } else {
        throw new UsageException("Unknown argument: " + arg);
      }
    }
    return arguments;
  }

  boolean has(String flag) {
    return options.containsKey(flag);
  }

  @Nullable String value(String option) {
    return options.get(option);
  }

  /** A whole number above 0, or nothing if the option was not given. */
  OptionalInt count(String option) throws UsageException {
    String value = options.get(option);
    if (value == null) {
      return OptionalInt.empty();
    }
    try {
      int count = Integer.parseInt(value);
      if (count > 0) {
        return OptionalInt.of(count);
      }
    } catch (NumberFormatException e) {
      // as wrong as a negative number
    }
    throw new UsageException(option + " must be a whole number above 0, was " + value);
  }

  /** The first of what stands alone, or null. */
  @Nullable String operand() {
    return operands.isEmpty() ? null : operands.get(0);
  }
}
