package dev.traininghealth.samples.benchmark;

import dev.traininghealth.samples.benchmark.MeasureCounter.Count;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * How often each scheduled measure is taken in a run of some length, and how soon a fault that only
 * such a measure shows is diagnosed.
 */
public final class ScheduleReport {
  private static final List<Mode> MODES = List.of(Mode.OBSERVING, Mode.PROTECTING);

  private static final String LEGEND =
      """
      taken: how often, of the layer or parameter with the fewest. longest gap: the most iterations \
      without it, start and end of the run included.
      A fault is planted after half of the iterations, in the middle layer.
      """;

  private final int iterations;
  private final Map<Workload, Map<Mode, ScheduleRun>> runs;

  ScheduleReport(int iterations, Map<Workload, Map<Mode, ScheduleRun>> runs) {
    this.iterations = iterations;
    this.runs = runs;
  }

  /**
   * Trains the networks, observing and then protecting.
   *
   * @param names names of networks, or several separated by commas; all if there are none
   * @param iterations length of each run
   * @param progress receives the current work, line by line
   * @throws IllegalArgumentException if a name is unknown
   */
  public static ScheduleReport of(
      Collection<String> names, int iterations, Consumer<String> progress) {
    Map<Workload, Map<Mode, ScheduleRun>> runs = new LinkedHashMap<>();
    for (Workload workload : Workload.named(names)) {
      Map<Mode, ScheduleRun> byMode = new LinkedHashMap<>();
      for (Mode mode : MODES) {
        progress.accept(workload.title() + ": " + mode.key());
        byMode.put(mode, ScheduleRun.of(workload, mode, iterations));
      }
      runs.put(workload, byMode);
    }
    return new ScheduleReport(iterations, runs);
  }

  /** The table for the console. */
  public String table() {
    StringBuilder text = new StringBuilder();
    runs.forEach((workload, byMode) -> text.append(table(workload, byMode)).append('\n'));
    return text.append(LEGEND).toString();
  }

  private String table(Workload workload, Map<Mode, ScheduleRun> byMode) {
    List<String> head = new ArrayList<>();
    head.add(String.format(Locale.ROOT, "%s, %,d iterations", workload.title(), iterations));
    for (Mode mode : byMode.keySet()) {
      head.add(mode.key() + ": taken");
      head.add("longest gap");
    }
    Table table = new Table(head.toArray(new String[0]));
    for (ScheduledMeasure measure : ScheduledMeasure.values()) {
      List<String> row = new ArrayList<>(List.of(measure.title()));
      for (ScheduleRun run : byMode.values()) {
        Count count = run.counts().get(measure);
        row.add(count == null ? "–" : "" + count.count());
        row.add(count == null ? "–" : "" + count.longestGap());
      }
      table.add(row);
    }
    List<String> shares = new ArrayList<>(List.of("share of the training time"));
    for (ScheduleRun run : byMode.values()) {
      shares.add(String.format(Locale.ROOT, "%.2f%%", 100 * run.share()));
      shares.add("");
    }
    table.add(shares);
    for (PlantedFault fault : PlantedFault.values()) {
      List<String> row = new ArrayList<>(List.of(fault.title(workload) + ": diagnosed after"));
      for (ScheduleRun run : byMode.values()) {
        OptionalLong delay = run.delays().get(fault);
        if (delay != null) {
          row.add(inWords(delay));
          row.add("");
        }
      }
      if (row.size() > 1) {
        table.add(row);
      }
    }
    return table.text();
  }

  private static String inWords(OptionalLong delay) {
    if (delay.isEmpty()) {
      return "never";
    }
    long iterations = delay.getAsLong();
    return iterations == 0 ? "already before" : "" + iterations;
  }
}
