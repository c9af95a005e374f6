package dev.traininghealth.detect;

import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of training copies of the network with several learning rates.
 *
 * @param iteration DL4J's iteration after which they were tried, from 0
 * @param before score of the network at that iteration; may be NaN or infinite
 * @param ways how the copies were trained; the first one changes nothing
 * @param better index of the way that was better than changing nothing by more than the noise; -1
 *     for none, never 0
 * @hidden
 */
public record TriedRates(long iteration, double before, List<Way> ways, int better) {
  /** The state from which a copy was trained. */
  public enum From {
    /** The network's state at that iteration. */
    PRESENT,
    /** An earlier state of the run, from a snapshot. */
    EARLIER,
    /** The network's state when the run began. */
    BEGINNING
  }

  /**
   * One way to continue.
   *
   * @param from the state from which it was trained
   * @param factor factor on the configured learning rates
   * @param steps iterations that it was trained for; 0 if it was not trained
   * @param score score at its end; NaN or infinite if the network was lost
   */
  public record Way(From from, double factor, int steps, double score) {
    /** Checks that nothing is missing. */
    public Way {
      Objects.requireNonNull(from, "from");
    }

    private boolean isLost() {
      return !Double.isFinite(score);
    }
  }

  /**
   * Factor that covers rounding a rate down to one significant digit, which is below 1.5 (0.149 to
   * 0.1).
   */
  private static final double MAX_ROUNDING_DOWN = 2;

  /**
   * Factor that covers rounding a rate up to one significant digit, which is at most 4 / 3 (0.15 to
   * 0.2).
   */
  private static final double MAX_ROUNDING_UP = 1.5;

  private static final Comparator<Way> MOST_INFORMATIVE =
      Comparator.comparing(Way::isLost)
          .thenComparing(Comparator.comparingInt(Way::steps).reversed())
          .thenComparingDouble(Way::score);

  /** Checks the values. */
  public TriedRates {
    ways = List.copyOf(ways);
    if (ways.isEmpty() || better < -1 || better == 0 || better >= ways.size()) {
      throw new IllegalArgumentException(
          "better must be -1 or the index of another way than the first, was " + better);
    }
  }

  /**
   * {@return the way that was better with a lower learning rate than the configured one, or null}
   */
  public @Nullable Way lower() {
    Way way = better < 0 ? null : ways.get(better);
    return way != null && way.factor < 1 ? way : null;
  }

  /**
   * {@return whether a rate was among those tried, at the precision in which rates are named}
   *
   * @param factor the rate, as a factor on the configured rate
   */
  public boolean covers(double factor) {
    double smallest = ways.stream().mapToDouble(Way::factor).min().orElse(1);
    double largest = ways.stream().mapToDouble(Way::factor).max().orElse(1);
    return factor >= smallest / MAX_ROUNDING_DOWN && factor <= largest * MAX_ROUNDING_UP;
  }

  /** {@return the factor on the configured rates that was in use} */
  public double present() {
    return ways.get(0).factor;
  }

  /**
   * Describes the result.
   *
   * <p>It lists the best way that continued, the best way that restarted, and changing nothing.
   * What was better comes first.
   *
   * @param configured the configured learning rate
   * @return one or two sentences
   */
  public Message report(double configured) {
    List<Way> some = mostInformative();
    Argument listed = new Argument.Listing(some.stream().map(w -> outcome(w, configured)).toList());
    Argument at = Argument.count(iteration);
    Argument steps = Argument.count(some.isEmpty() ? 0 : some.get(0).steps);
    Message tried =
        Double.isFinite(before)
            ? Message.of("tried.from", at, steps, listed, Argument.number(before))
            : Message.of("tried", at, steps, listed);
    Message verdict = verdict();
    return verdict == null ? tried : tried.then(verdict);
  }

  private List<Way> mostInformative() {
    List<Way> some = new ArrayList<>();
    for (boolean restarted : new boolean[] {false, true}) {
      ways.stream()
          .skip(1)
          .filter(way -> (way.from == From.BEGINNING) == restarted)
          .min(Comparator.comparing((Way way) -> !isBetter(way)).thenComparing(MOST_INFORMATIVE))
          .ifPresent(some::add);
    }
    some.sort(Comparator.comparing(way -> !isBetter(way)));
    if (ways.get(0).steps > 0) {
      some.add(ways.get(0));
    }
    return some;
  }

  private boolean isBetter(Way way) {
    return better >= 0 && way.equals(ways.get(better));
  }

  private Argument outcome(Way way, double configured) {
    String where =
        switch (way.from) {
          case PRESENT -> way.equals(ways.get(0)) ? "tried.unchanged" : "tried.present";
          case EARLIER -> "tried.snapshot";
          case BEGINNING -> "tried.beginning";
        };
    return Argument.phrase(
        "trial.branch",
        Argument.phrase(where, Argument.number(configured * way.factor)),
        way.isLost() ? Argument.phrase("trial.lostNetwork") : Argument.number(way.score));
  }

  private @Nullable Message verdict() {
    if (lower() != null) {
      return null;
    }
    if (better >= 0) {
      return Message.of("tried.noLowerNeeded");
    }
    Way nothing = ways.get(0);
    boolean looksBetter =
        ways.stream()
            .skip(1)
            .anyMatch(w -> nothing.isLost() ? !w.isLost() : w.score < nothing.score);
    return Message.of(looksBetter ? "tried.notWorth" : "tried.noneHelped");
  }
}
