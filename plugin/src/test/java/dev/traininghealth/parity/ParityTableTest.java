package dev.traininghealth.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The README's table is that of the tests. With {@code -Dparity.write=true} the test writes it:
 * {@code mvn test -pl plugin -Dtest=ParityTableTest -Dparity.write=true}.
 */
final class ParityTableTest {
  private static final Path README =
      Path.of(Files.exists(Path.of("README.md")) ? "README.md" : "../README.md");
  private static final String START = "<!-- ParityTableTest: start -->\n";
  private static final String END = "<!-- ParityTableTest: end -->\n";
  private static final List<String> SIGNS = List.of("¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹");

  /** At most one cell in ten may be a sentence instead of a test. */
  private static final double MAX_UNTESTED_SHARE = 0.1;

  private final Map<String, String> footnotes = new LinkedHashMap<>();

  private String sign(String sentence) {
    return footnotes.computeIfAbsent(
        sentence,
        s -> {
          int number = footnotes.size() + 1;
          return number <= SIGNS.size()
              ? SIGNS.get(number - 1)
              : SIGNS.get(number / 10 - 1) + (number % 10 == 0 ? "⁰" : SIGNS.get(number % 10 - 1));
        });
  }

  private String cells(Training row) {
    List<String> cells = new ArrayList<>();
    for (Column column : Column.values()) {
      String why = row.impossible().get(column);
      String note = row.notes().get(column);
      cells.add(why != null ? "– " + sign(why) : note != null ? "✓ " + sign(note) : "✓");
    }
    return String.join(" | ", cells);
  }

  /** Rows below one heading with equal cells share a line. */
  private String table() {
    StringBuilder table = new StringBuilder("| |");
    for (Column column : Column.values()) {
      table.append(' ').append(column.header()).append(" |");
    }
    table.append("\n| --- |").append(" --- |".repeat(Column.values().length)).append('\n');
    Trainings.byHeading()
        .forEach(
            (heading, rows) -> {
              Map<String, List<String>> lines = new LinkedHashMap<>();
              for (Training row : rows) {
                lines.computeIfAbsent(cells(row), c -> new ArrayList<>()).add(row.title());
              }
              lines.forEach(
                  (cells, titles) ->
                      table
                          .append("| **")
                          .append(heading)
                          .append("**: ")
                          .append(String.join(", ", titles))
                          .append(" | ")
                          .append(cells)
                          .append(" |\n"));
            });
    return table.toString();
  }

  private String section() {
    StringBuilder section = new StringBuilder("\n");
    section.append(table()).append('\n');
    section.append(
        footnotes.entrySet().stream()
            .map(note -> note.getValue() + " " + upperCase(note.getKey()) + ".")
            .collect(Collectors.joining("\\\n", "", "\n")));
    section.append('\n');
    for (Column column : Column.values()) {
      section.append("- *").append(column.header()).append("*: ");
      section.append(column.meaning()).append('\n');
    }
    return section.append('\n').toString();
  }

  private static String upperCase(String sentence) {
    return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
  }

  @Test
  void shouldBeInTheReadme() throws IOException {
    String readme = Files.readString(README).replace("\r\n", "\n");
    int start = readme.indexOf(START) + START.length();
    int end = readme.indexOf(END);
    assertThat(start).as("markers in the README").isBetween(START.length(), end);
    String section = section();
    if (Boolean.getBoolean("parity.write")) {
      Files.writeString(README, readme.substring(0, start) + section + readme.substring(end));
    } else {
      assertThat(readme.substring(start, end))
          .as("run `mvn test -pl plugin -Dtest=ParityTableTest -Dparity.write=true`")
          .isEqualTo(section);
    }
  }

  @Test
  void shouldTestNineCellsOfTen() {
    long cells = Trainings.all().count() * Column.values().length;
    long untested = Trainings.all().mapToLong(row -> row.impossible().size()).sum();
    assertThat((double) untested / cells).isLessThanOrEqualTo(MAX_UNTESTED_SHARE);
  }
}
