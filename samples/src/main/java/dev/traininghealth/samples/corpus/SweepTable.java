package dev.traininghealth.samples.corpus;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The results of the learning rates as Markdown: a row per case and seed, a column per factor. */
final class SweepTable {
  private SweepTable() {}

  static String of(List<SweptRun> all) {
    Map<String, List<SweptRun>> rows =
        all.stream()
            .collect(
                Collectors.groupingBy(SweptRun::name, LinkedHashMap::new, Collectors.toList()));
    StringBuilder text = new StringBuilder("| run |");
    RateSweep.FACTORS.forEach(factor -> text.append(" rate × ").append(factor).append(" |"));
    text.append("\n| --- |").append(" ---: |".repeat(RateSweep.FACTORS.size())).append('\n');
    List<String> beyondRepair = new ArrayList<>();
    rows.forEach(
        (name, runs) -> {
          text.append("| ").append(name).append(" |");
          RateSweep.FACTORS.forEach(
              factor -> text.append(' ').append(cell(runs, factor)).append(" |"));
          text.append('\n');
          if (runs.stream().noneMatch(SweptRun::reachedTarget)) {
            beyondRepair.add(name);
          }
        });
    return text.append(
            String.format(
                "%n%d of %d runs can be repaired by a learning rate from the start; not: %s%n",
                rows.size() - beyondRepair.size(),
                rows.size(),
                beyondRepair.isEmpty() ? "none" : String.join(", ", beyondRepair)))
        .toString();
  }

  /** The cell; empty if the run could not be evaluated. */
  private static String cell(List<SweptRun> runs, double factor) {
    return runs.stream()
        .filter(run -> run.rateFactor() == factor)
        .map(SweptRun::resultText)
        .collect(Collectors.joining());
  }
}
