package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.publish.InterventionFixtures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the page knows each kind of intervention, and says of it what the log says. */
final class InterventionTextsTest {
  private static final String SCRIPT = "/deeplearning4jUiAssets/health/intervention-text.js";

  private static final Pattern TABLE = Pattern.compile("(?s)const KINDS = \\{\n(.*?)\n};");

  /** Name, sign, color, and what writes the change, which may go on for some lines. */
  private static final Pattern ROW =
      Pattern.compile("(?ms)^  (\\w+): \\['[^']+', ink\\('\\w+'\\), (.+?)],$");

  private static final Pattern CHANGE = Pattern.compile("'(change\\.\\w+)'");

  /** The rows that have a text in common, by the name of the function. */
  private static final Pattern FUNCTION =
      Pattern.compile("(?m)^const (\\w+) = .*'(change\\.\\w+)'.*$");

  @Test
  void shouldHaveARowForEachKind() throws IOException {
    Set<String> kinds =
        Arrays.stream(Kind.values()).map(Kind::name).collect(Collectors.toCollection(TreeSet::new));

    assertThat(rows(script()).keySet()).as("rows of KINDS in " + SCRIPT).isEqualTo(kinds);
  }

  @ParameterizedTest
  @EnumSource
  void shouldSayWhatTheLogSays(Kind kind) throws IOException {
    String script = script();
    String change = rows(script).getOrDefault(kind.name(), "");
    Set<String> keys = keys(change);
    Matcher function = FUNCTION.matcher(script);
    while (function.find()) {
      if (change.equals(function.group(1))) {
        keys.add(function.group(2));
      }
    }

    for (long snapshot : new long[] {-1, 3}) {
      Intervention done =
          InterventionFixtures.values(
              InterventionFixtures.intervention(0, kind, 5, true), 2, 1, snapshot);
      assertThat(keys).as("texts of the row of " + kind).contains(done.change().key());
      shouldBeInEveryLanguage(done.change().key());
    }
    shouldBeInEveryLanguage(kind.title().key());
    shouldBeInEveryLanguage(kind.count(1).key());
    for (String key : keys) {
      shouldBeInEveryLanguage(key);
    }
  }

  private static void shouldBeInEveryLanguage(String key) throws IOException {
    for (Language language : Language.all()) {
      Map<String, String> texts = PageTexts.read(PageTexts.PREFIX + language.code());
      assertThat(texts.getOrDefault("train.health." + key, ""))
          .as(key + " in " + language.code())
          .isNotBlank();
    }
  }

  /** By kind, what writes its change. */
  private static Map<String, String> rows(String script) {
    Matcher table = TABLE.matcher(script);
    assertThat(table.find()).as("a table KINDS in " + SCRIPT).isTrue();
    return ROW.matcher(table.group(1))
        .results()
        .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));
  }

  private static Set<String> keys(String text) {
    return CHANGE
        .matcher(text)
        .results()
        .map(key -> key.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String script() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(InterventionTextsTest.class.getResourceAsStream(SCRIPT))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
