package dev.traininghealth.detect;

import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What came of training copies of the network with several learning rates.
 *
 * @param iteration DL4J's iteration after which it was tried, from 0
 * @param before score of the network as it was; may be NaN or infinite
 * @param ways how the copies were trained; the first is to change nothing
 * @param better index of the way that was better than to change nothing beyond the noise; -1 for
 *     none, 0 never
 * @hidden
 */
public record TriedRates(long iteration, double before, List<Way> ways, int better) {
  /** Where a copy began. */
  public enum From {
    /** The network as it was. */
    PRESENT,
    /** An earlier state of the run. */
    EARLIER,
    /** The network as it was when the run began. */
    BEGINNING
  }

  /**
   * One way to go on.
   *
   * @param from where it began
   * @param factor what the user's own learning rates were multiplied by
   * @param steps iterations that it was trained for; 0 where it was not
   * @param score that it came to; NaN or infinite where the network was lost
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

  private static final Comparator<Way> MOST_INFORMATIVE =
      Comparator.comparing(Way::isLost)
          .thenComparing(Comparator.comparingInt(Way::steps).reversed())
          .thenComparingDouble(Way::score);

  /** Checks the values. */
  public TriedRates {
    ways = List.copyOf(ways);
    if (ways.isEmpty() || better < -1 || better == 0 || better >= ways.size()) {
      throw new IllegalArgumentException("better must be one of the ways or -1, was " + better);
    }
  }

  /**
   * Gives the way that was better with a rate below the user's own.
   *
   * @return the way, or null where there is none
   */
  public @Nullable Way lower() {
    Way way = better < 0 ? null : ways.get(better);
    return way != null && way.factor < 1 ? way : null;
  }

  /**
   * Tells whether a rate was among those tried, to the digit that rates are named in.
   *
   * @param factor the rate, as a multiple of the user's own
   * @return whether it lies within what was tried
   */
  public boolean covers(double factor) {
    double least = ways.stream().mapToDouble(Way::factor).min().orElse(1);
    double most = ways.stream().mapToDouble(Way::factor).max().orElse(1);
    return factor >= least / 2 && factor <= most * 1.5;
  }

  /**
   * Gives the factor on the user's rates that was in use.
   *
   * @return that of changing nothing
   */
  public double present() {
    return ways.get(0).factor;
  }

  /**
   * What came of it: of the best that went on and the best that began anew, what was better first,
   * and of changing nothing.
   *
   * @param own the user's learning rate
   * @return one or two sentences
   */
  public Message report(double own) {
    List<Way> some = mostInformative();
    Argument listed = new Argument.Listing(some.stream().map(w -> outcome(w, own)).toList());
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
    for (boolean anew : new boolean[] {false, true}) {
      ways.stream()
          .skip(1)
          .filter(way -> (way.from == From.BEGINNING) == anew)
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

  private Argument outcome(Way way, double own) {
    String where =
        switch (way.from) {
          case PRESENT -> way.equals(ways.get(0)) ? "tried.unchanged" : "tried.present";
          case EARLIER -> "tried.snapshot";
          case BEGINNING -> "tried.beginning";
        };
    return Argument.phrase(
        "trial.branch",
        Argument.phrase(where, Argument.number(own * way.factor)),
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
