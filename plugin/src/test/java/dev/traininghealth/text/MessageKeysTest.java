package dev.traininghealth.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That each key of a message in the sources has a text, and each text of a message is used. */
final class MessageKeysTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Path ENGLISH = Path.of("src/main/resources/dl4j_i18n/train.health.en");
  private static final String PREFIX = "train.health.";

  /** Keys that only messages have; what a literal ends in may be put together. */
  private static final Pattern KEY =
      Pattern.compile(
          "\"((?:say|remedy|reason|trial|tried)\\.[.\\w]+|tried|count\\.more"
              + "|diagnosis\\.unexplained)\"");

  @Test
  void shouldHaveATextForEachKeyAndUseEachText() throws IOException {
    Set<String> texts =
        Files.readAllLines(ENGLISH).stream()
            .filter(line -> line.startsWith(PREFIX))
            .map(line -> line.substring(PREFIX.length(), line.indexOf('=')))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> literals = new TreeSet<>();
    for (Path source : sources()) {
      Matcher key = KEY.matcher(Files.readString(source));
      while (key.find()) {
        literals.add(key.group(1));
      }
    }

    // "remedy.rate.raise" + "Layer", "trial.cause." + cause
    Set<String> without = new TreeSet<>(literals);
    without.removeIf(key -> texts.contains(key) || isBeginning(key, texts));
    assertThat(without).as("keys without a text").isEmpty();
    Set<String> unused = new TreeSet<>(texts);
    unused.removeIf(key -> !key.matches("(say|remedy|reason|trial|tried)(\\..*)?"));
    unused.removeAll(literals);
    unused.removeIf(key -> literals.stream().anyMatch(l -> isPutTogether(l, key)));
    assertThat(unused).as("texts that no message has").isEmpty();
  }

  private static boolean isBeginning(String key, Set<String> texts) {
    return key.endsWith(".") && texts.stream().anyMatch(text -> text.startsWith(key));
  }

  private static boolean isPutTogether(String literal, String key) {
    return (literal.endsWith(".") && key.startsWith(literal)) || key.equals(literal + "Layer");
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> all = Files.walk(SOURCES)) {
      return all.filter(path -> path.toString().endsWith(".java")).toList();
    }
  }

  @Test
  void shouldWriteWhatItDoesNotKnow() {
    assertThat(Message.of("say.unheardOf", Argument.count(1234)).english())
        .isEqualTo("say.unheardOf (1,234)");
    assertThat(Message.of("say.unheardOf").english()).isEqualTo("say.unheardOf");
  }

  @Test
  void shouldFillInEachKindOfArgument() {
    Map<Argument, String> written =
        Map.of(
            Argument.number(1.2345e-5),
            "1.234e-5",
            Argument.share(0.125),
            "12.5 %",
            Argument.count(-1234567),
            "-1,234,567",
            Argument.text("2_W {0} $1"),
            "2_W {0} $1",
            new Argument.Layer(2, "", "Conv", ""),
            "2 (Conv)",
            Argument.phrase("count.more", Argument.count(3)),
            "3 more");

    written.forEach(
        (argument, english) ->
            assertThat(Message.of("reason.clippingRule", argument).english())
                .isEqualTo("Clipping rule: " + english + "."));
  }

  @Test
  void shouldPutSentencesOneAfterTheOther() {
    Message both = Message.literal("One.").then(Message.of("trial.learns"));

    assertThat(both.english()).isEqualTo("One. It learns.");
    assertThat(both.then(Message.literal("")).then(Message.literal("Two.")).english())
        .isEqualTo("One. It learns. Two.");
    assertThat(Message.sentences(List.of(Message.of("trial.learns"))))
        .isEqualTo(Message.of("trial.learns"));
    assertThat(Message.sentences(List.of()).english()).isEmpty();
  }
}
