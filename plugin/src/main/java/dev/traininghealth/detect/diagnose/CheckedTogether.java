package dev.traininghealth.detect.diagnose;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Check.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks of several detectors in a few sentences, and those of several runs as one.
 *
 * @hidden
 */
public final class CheckedTogether {
  private CheckedTogether() {}

  /**
   * {@return for each detector what it has looked at in both runs}
   *
   * @param one the checks of a run
   * @param other the checks of another run
   */
  public static List<Check> of(List<Check> one, List<Check> other) {
    Map<String, Check> merged = new LinkedHashMap<>();
    for (List<Check> checks : List.of(one, other)) {
      checks.forEach(check -> merged.merge(check.detector(), check, CheckedTogether::both));
    }
    return new ArrayList<>(merged.values());
  }

  /** The check that covers more, since iterations of two runs have no common count. */
  private static Check both(Check one, Check other) {
    int byState = other.state().compareTo(one.state());
    return byState < 0 || (byState == 0 && other.count() > one.count()) ? other : one;
  }

  /**
   * {@return sentences that name what was checked, over which iterations, and what was not; each
   * begins with a space}
   *
   * @param checks of a run
   */
  public static String text(List<Check> checks) {
    return sentence(" Checked: ", checks, State.CHECKED)
        + sentence(" Too early to tell: ", checks, State.TOO_EARLY)
        + sentence(" Not checked: ", checks, State.NOT_CHECKED);
  }

  private static String sentence(String start, List<Check> checks, State state) {
    Map<String, List<Check>> byCoverage =
        checks.stream()
            .filter(check -> check.state() == state)
            .collect(groupingBy(c -> c.message().english(), LinkedHashMap::new, toList()));
    return byCoverage.isEmpty()
        ? ""
        : byCoverage.entrySet().stream()
            .map(e -> names(e.getValue()) + " (" + e.getKey() + ")")
            .collect(joining("; ", start, "."));
  }

  private static String names(List<Check> checks) {
    return checks.stream().map(Check::detector).collect(joining(", "));
  }
}
