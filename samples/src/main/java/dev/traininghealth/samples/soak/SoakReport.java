package dev.traininghealth.samples.soak;

import dev.traininghealth.samples.benchmark.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The figures of a soak run, and whether anything grows. */
public final class SoakReport {
  private final List<ResourceUse> rows;
  private final Map<String, Long> interventions;
  private final long polls;
  private final long failedPolls;

  /**
   * Creates a report.
   *
   * @param rows the rows, in the order of their iterations
   * @param interventions number of interventions by kind, in this process
   * @param polls answers of the page, in this process
   * @param failedPolls requests that were not answered as expected
   */
  SoakReport(
      List<ResourceUse> rows, Map<String, Long> interventions, long polls, long failedPolls) {
    this.rows = List.copyOf(rows);
    this.interventions = Map.copyOf(interventions);
    this.polls = polls;
    this.failedPolls = failedPolls;
  }

  private Table filledTable() {
    List<String> head = new ArrayList<>(List.of("iterations"));
    Arrays.stream(Column.values()).map(Column::title).forEach(head::add);
    Table table = new Table(head.toArray(String[]::new));
    for (ResourceUse row : rows) {
      List<String> cells = new ArrayList<>();
      cells.add(String.format(Locale.ROOT, "%,d", row.iteration()));
      Arrays.stream(Column.values()).map(column -> column.cell(row)).forEach(cells::add);
      table.add(cells);
    }
    return table;
  }

  /** The table for the console. */
  public String table() {
    return filledTable().text();
  }

  /** The table for a document. */
  public String markdown() {
    return filledTable().markdown();
  }

  /** The rows that are judged: those of the last half, of the last process alone. */
  private List<ResourceUse> judged() {
    if (rows.isEmpty()) {
      return List.of();
    }
    ResourceUse last = rows.get(rows.size() - 1);
    return rows.stream()
        .filter(row -> 2L * row.iteration() >= last.iteration())
        .filter(row -> row.process() == last.process())
        .toList();
  }

  /** Whether every column is flat and the page has answered every request. */
  public boolean isFlat() {
    return growing().isEmpty() && failedPolls == 0;
  }

  private List<Column> growing() {
    List<ResourceUse> last = judged();
    return last.size() < Column.MIN_ROWS
        ? List.of()
        : Arrays.stream(Column.values())
            .filter(column -> column.isJudged() && !column.isFlat(last))
            .toList();
  }

  /** What happened, and the rule by which a column is flat. */
  public String summary() {
    String kinds =
        interventions.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(kind -> kind.getKey() + " " + kind.getValue())
            .collect(Collectors.joining(", "));
    String rule =
        Arrays.stream(Column.values())
            .filter(Column::isJudged)
            .map(column -> column.shortTitle() + " " + column.tolerance())
            .collect(Collectors.joining(", "));
    return "Interventions of this process: "
        + (kinds.isEmpty() ? "none" : kinds)
        + ". Requests to the page: "
        + polls
        + ", failed: "
        + failedPolls
        + ".\nA column is flat if the straight line through the rows of the last half rises by at"
        + " most: "
        + rule
        + ".";
  }

  /** The last line: whether each column is flat. */
  public String verdict() {
    if (judged().size() < Column.MIN_ROWS) {
      return "Not judged: fewer than " + Column.MIN_ROWS + " rows of this process in the last half";
    }
    List<Column> growing = growing();
    String columns =
        Arrays.stream(Column.values())
            .filter(Column::isJudged)
            .map(column -> column.shortTitle() + (growing.contains(column) ? " GROWS" : " flat"))
            .collect(Collectors.joining(", "));
    return failedPolls == 0 ? columns : columns + ", " + failedPolls + " requests FAILED";
  }
}
