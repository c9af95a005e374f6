package dev.traininghealth.samples.benchmark;

import java.util.ArrayList;
import java.util.List;

/** Text in aligned columns; numbers are right-aligned, the first column is not. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /** Creates a table without rows. */
  public Table(String... head) {
    rows.add(List.of(head));
  }

  /** Adds a row, which may have fewer columns than the head. */
  public void add(List<String> row) {
    rows.add(List.copyOf(row));
  }

  /** Adds a row. */
  public void add(String... row) {
    add(List.of(row));
  }

  /** For the console. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String pad = " ".repeat(width(column) - row.get(column).length());
        line.append(column == 0 ? row.get(column) + pad : "  " + pad + row.get(column));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** For a document in Markdown. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < rows.size(); row++) {
      text.append("| ").append(String.join(" | ", rows.get(row))).append(" |\n");
      if (row == 0) {
        text.append("| --- |").append(" ---: |".repeat(rows.get(0).size() - 1)).append('\n');
      }
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream()
        .filter(row -> column < row.size())
        .mapToInt(row -> row.get(column).length())
        .max()
        .orElse(0);
  }
}
