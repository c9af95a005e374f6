package dev.traininghealth.detect;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.builtin.BuiltInDetectors;
import dev.traininghealth.text.Message;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The README's table of problems is made of the texts of the page, which say what a problem is and
 * when its diagnosis may be wrong, and of {@code problems.tsv}. With {@code -Dproblems.write=true}
 * the test writes it: {@code mvn test -pl plugin -Dtest=ProblemTableTest -Dproblems.write=true}.
 */
final class ProblemTableTest {
  private static final Path ROOT = Path.of(Files.exists(Path.of("README.md")) ? "." : "..");
  private static final Path README = ROOT.resolve("README.md");
  private static final Path MAIN = ROOT.resolve("plugin/src/main/java/dev/traininghealth");
  private static final Path ROWS = ROOT.resolve("plugin/src/test/resources/problems/problems.tsv");

  private static final String WRITE =
      "mvn test -pl plugin -Dtest=ProblemTableTest -Dproblems.write=true";
  private static final String START = "<!-- ProblemTableTest: start -->\n";
  private static final String END = "<!-- ProblemTableTest: end -->\n";

  private static final Pattern PROBLEM = Pattern.compile("\\bProblem\\.([A-Z_]+)\\b");
  private static final Pattern SEVERITY = Pattern.compile("\\bSeverity\\.([A-Z]+)\\b");
  private static final Pattern NAME =
      Pattern.compile("public String name\\(\\) \\{\\s*return \"([^\"]+)\"");

  private static final List<Row> TABLE = new ArrayList<>();

  /** What each source of the detectors and rules mentions. */
  private static final List<Source> SOURCES = new ArrayList<>();

  /** A line of the file. */
  private record Row(
      String problem,
      Set<String> detectors,
      Set<String> rules,
      String severity,
      String needs,
      String remedy) {
    static Row of(String line) {
      String[] cells = line.split("\t", -1);
      assertThat(cells).as(line).hasSize(6).doesNotContainSequence(" ");
      return new Row(cells[0], names(cells[1]), names(cells[2]), cells[3], cells[4], cells[5]);
    }

    private static Set<String> names(String cell) {
      return Arrays.stream(cell.split(", "))
          .filter(name -> !name.isEmpty())
          .collect(toCollection(TreeSet::new));
    }

    String markdown() {
      return Stream.of(
              "`" + problem + "`",
              foundBy(),
              severity,
              text("meaning"),
              needs,
              text("wrong"),
              upperCase(remedy) + ".")
          .map(cell -> cell.replace("|", "\\|"))
          .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private String foundBy() {
      return Stream.concat(
              detectors.stream().map(name -> "`" + name + "`"),
              rules.stream().map(name -> "*" + name + "*"))
          .collect(Collectors.joining(", "));
    }

    private String text(String name) {
      return Message.of("problem." + problem + "." + name).english();
    }

    private static String upperCase(String text) {
      return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
  }

  /**
   * A class of the detectors or rules.
   *
   * @param name of the detector or rule; empty for what they share
   */
  private record Source(
      Path file, boolean isRule, String name, Set<String> problems, Set<String> severities) {}

  @BeforeAll
  static void read() throws IOException {
    Files.readAllLines(ROWS).stream().skip(1).map(Row::of).forEach(TABLE::add);
    Map<String, String> names = names();
    for (String folder :
        List.of(
            "detect/builtin",
            "detect/builtin/conditions",
            "detect/builtin/representation",
            "detect/fit",
            "setup")) {
      try (Stream<Path> files = Files.list(MAIN.resolve(folder))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
          String code = Files.readString(file);
          Matcher name = NAME.matcher(code);
          SOURCES.add(
              new Source(
                  file,
                  folder.equals("setup"),
                  name.find() ? name.group(1) : "",
                  all(PROBLEM, code).stream()
                      .map(constant -> names.getOrDefault(constant, constant))
                      .collect(toCollection(TreeSet::new)),
                  all(SEVERITY, code)));
        }
      }
    }
  }

  private static Set<String> all(Pattern pattern, String code) {
    return pattern
        .matcher(code)
        .results()
        .map(match -> match.group(1))
        .collect(toCollection(TreeSet::new));
  }

  /** The names of the problems by their constants. */
  private static Map<String, String> names() {
    Map<String, String> names = new TreeMap<>();
    for (Field field : Problem.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == Problem.class) {
        try {
          names.put(field.getName(), ((Problem) field.get(null)).name());
        } catch (IllegalAccessException e) {
          throw new AssertionError(e);
        }
      }
    }
    return names;
  }

  @Test
  void shouldHaveEachProblemOnce() {
    assertThat(TABLE)
        .as("rows of " + ROWS)
        .extracting(Row::problem)
        .containsExactlyInAnyOrderElementsOf(names().values());
    Set<String> reported = new TreeSet<>();
    SOURCES.forEach(source -> reported.addAll(source.problems()));
    assertThat(reported)
        .as("problems that detectors and rules report")
        .isEqualTo(new TreeSet<>(names().values()));
  }

  @Test
  void shouldNameWhoReportsAProblem() {
    for (Source source : SOURCES) {
      for (Row row : TABLE) {
        if (!source.name().isEmpty() && source.problems().contains(row.problem())) {
          assertThat(source.isRule() ? row.rules() : row.detectors())
              .as("%s reports %s", source.file(), row.problem())
              .contains(source.name());
        }
      }
    }
    assertThat(TABLE.stream().flatMap(row -> row.detectors().stream()).collect(Collectors.toSet()))
        .as("detectors of the table")
        .isEqualTo(
            BuiltInDetectors.create(Set.of()).stream()
                .map(Detector::name)
                .collect(Collectors.toSet()));
    assertThat(TABLE.stream().flatMap(row -> row.rules().stream()).collect(Collectors.toSet()))
        .as("rules of the table")
        .isEqualTo(
            SOURCES.stream()
                .filter(source -> source.isRule() && !source.name().isEmpty())
                .map(Source::name)
                .collect(Collectors.toSet()));
  }

  @Test
  void shouldNameTheSeveritiesOfTheCode() {
    for (Row row : TABLE) {
      Set<String> named = all(Pattern.compile("\\b(INFO|WARNING|CRITICAL)\\b"), row.severity());
      Set<String> possible = new TreeSet<>();
      for (Source source : SOURCES) {
        if (source.problems().contains(row.problem())) {
          possible.addAll(source.severities());
          if (source.problems().size() == 1) {
            assertThat(named)
                .as("%s, %s", row.problem(), source.file())
                .containsAll(source.severities());
          }
        }
      }
      assertThat(possible).as("%s in the code", row.problem()).containsAll(named);
    }
  }

  @Test
  void shouldBeTheTableOfTheReadme() throws IOException {
    String readme = Files.readString(README);
    int start = readme.indexOf(START) + START.length();
    int end = readme.indexOf(END);
    assertThat(readme).as("markers of the table").contains(START, END);
    String table =
        "| problem | found by | severity | what it is | what it needs | when it may be wrong | what"
            + " helps |\n| --- | --- | --- | --- | --- | --- | --- |\n"
            + TABLE.stream().map(Row::markdown).collect(Collectors.joining());
    if (Boolean.getBoolean("problems.write")) {
      Files.writeString(README, readme.substring(0, start) + table + readme.substring(end));
      return;
    }
    assertThat(readme.substring(start, end)).as("run `" + WRITE + "`").isEqualTo(table);
  }
}
