package dev.traininghealth.detect;

import dev.traininghealth.text.NumberText;
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
   * What came of it, in three figures at most: of the best that went on and the best that began
   * anew, what was better first, and of changing nothing.
   *
   * @param own the user's learning rate
   * @return one sentence
   */
  public String inWords(double own) {
    StringBuilder words = new StringBuilder("Tried on copies at iteration ").append(iteration);
    String separator = ": ";
    boolean scored = false;
    boolean begun = !Double.isFinite(before); // which tells nothing then
    for (Way way : mostInformative()) {
      words.append(separator).append(where(way, own));
      separator = ", ";
      if (way.isLost()) {
        words.append(" the network is lost");
        continue;
      }
      words.append(scored ? "" : " the score goes");
      if (!begun && way.from == From.PRESENT) {
        begun = true;
        words.append(" from ").append(NumberText.plain(before));
      }
      words.append(" to ").append(NumberText.plain(way.score)).append(scored ? "" : in(way));
      scored = true;
    }
    return words.append(verdict()).append('.').toString();
  }

  private List<Way> mostInformative() {
    List<Way> told = new ArrayList<>();
    for (boolean anew : new boolean[] {false, true}) {
      ways.stream()
          .skip(1)
          .filter(way -> (way.from == From.BEGINNING) == anew)
          .min(Comparator.comparing((Way way) -> !isBetter(way)).thenComparing(MOST_INFORMATIVE))
          .ifPresent(told::add);
    }
    told.sort(Comparator.comparing(way -> !isBetter(way)));
    if (ways.get(0).steps > 0) {
      told.add(ways.get(0));
    }
    return told;
  }

  private boolean isBetter(Way way) {
    return better >= 0 && way.equals(ways.get(better));
  }

  private String where(Way way, double own) {
    String from =
        switch (way.from) {
          case PRESENT -> "";
          case EARLIER -> "from a snapshot ";
          case BEGINNING -> "from the beginning ";
        };
    return from
        + "at "
        + NumberText.plain(own * way.factor)
        + (way.equals(ways.get(0)) ? " as it is" : "");
  }

  private static String in(Way way) {
    return " in " + (way.steps == 1 ? "one step" : way.steps + " steps");
  }

  private String verdict() {
    if (lower() != null) {
      return "";
    }
    if (better >= 0) {
      return "; no lower rate was needed";
    }
    Way nothing = ways.get(0);
    boolean looksBetter =
        ways.stream()
            .skip(1)
            .anyMatch(w -> nothing.isLost() ? !w.isLost() : w.score < nothing.score);
    return looksBetter ? "; none was worth a change" : "; none helped";
  }
}
