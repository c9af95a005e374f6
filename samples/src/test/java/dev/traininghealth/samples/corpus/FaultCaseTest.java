package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.traininghealth.samples.corpus.FaultCase.RepairTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultCaseTest {
  @TempDir Path directory;

  @Test
  void shouldReadWhatIsThere() throws Exception {
    FaultCase read =
        Cases.with(
            Map.of(
                "problem", "'exploding'",
                "accept", "['data']",
                "repairTarget", "{'testAccuracy': 0.7}",
                "featureScale", "255",
                "metric", "'accuracy'"));

    assertThat(read.id()).isEqualTo("small");
    assertThat(read.repairTarget()).isEqualTo(new RepairTarget(null, 0.7));
    assertThat(read.featureScale()).isEqualTo(255);
    assertThat(read.inputShape()).containsExactly(2);
    assertThat(read.batch()).isEqualTo(4);
    assertThat(read.accuracy()).isTrue();
    assertThat(read.accepts("exploding")).isTrue();
    assertThat(read.accepts("data")).isTrue();
    assertThat(read.accepts("vanishing")).isFalse();
  }

  @Test
  void shouldReadTheLabelOfAFault() throws Exception {
    FaultCase read =
        Cases.with(
            Map.of(
                "element", "'loss'",
                "fault", "'The loss is wrong.'",
                "twin", "'small-fixed'",
                "rivals", "{'one': true, 'other': false, 'third': null}",
                "shuffle", "false",
                "fitMode", "'one_by_one'"));

    assertThat(read.label())
        .isEqualTo(
            new FaultLabel(
                "loss", "The loss is wrong.", "small-fixed", Map.of("one", true, "other", false)));
    assertThat(read.feeding()).isEqualTo(new FaultCase.Feeding(false, true));
    assertThat(Cases.with(Map.of()).label()).isEqualTo(new FaultLabel(null, null, null, Map.of()));
    assertThat(Cases.with(Map.of()).feeding()).isEqualTo(new FaultCase.Feeding(true, false));
  }

  @ParameterizedTest
  @CsvSource({
    "none, true, false",
    "data, false, true",
    "overfitting, false, true",
    "learns_anyway, false, false",
    "undetectable_in_training, false, false",
    "null, false, false"
  })
  void shouldJudgeOnlyWhatCanBeDetected(String problem, boolean healthy, boolean faulty)
      throws Exception {
    FaultCase read =
        Cases.with(
            Map.of(
                "problem",
                problem.equals("null") ? problem : "'" + problem + "'",
                "accept",
                "['data']"));

    assertThat(read.isHealthy()).isEqualTo(healthy);
    assertThat(read.isFaulty()).isEqualTo(faulty);
    assertThat(read.accepts("data")).isEqualTo(faulty);
  }

  @Test
  void shouldNeedNoLearningRateForAnOptimizerWithoutOne() throws Exception {
    assertThat(Cases.with(Map.of("optimizer", "'adadelta'", "learningRate", "null")).learningRate())
        .isNaN();
  }

  @Test
  void shouldAcceptNothingOfAHealthyCase() throws Exception {
    assertThat(Cases.with("accept", "['data']").accepts("data")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "problem | 'odd' | problem \"odd\" is unknown",
        "metric | 'mape' | metric \"mape\" is unknown",
        "batch | 0 | batch must be whole and above 0, was 0",
        "epochs | 1.5 | epochs must be whole and above 0, was 1.5",
        "learningRate | 'fast' | learningRate must be a number",
        "inputShape | [] | inputShape must be",
        "inputShape | 3 | inputShape must be a list",
        "data | null | data is missing",
        "fitMode | 'twice' | fitMode \"twice\" is unknown",
        "rivals | {'one': 1} | one must be true or false",
        "repairTarget | {} | must have trainScore or testAccuracy",
        "repairTarget | {'mae': 1} | repairTarget: mae = 1 is unknown",
      })
  void shouldNameTheCaseAndTheValue(String key, String value, String message) {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> Cases.with(key, value))
        .withMessageStartingWith("Case small")
        .withMessageContaining(message);
  }

  @Test
  void shouldReadTheGoodLinesAndTellOfTheBad() throws Exception {
    Path file = directory.resolve("cases.jsonl");
    String good = Cases.line(Map.of());
    Files.writeString(
        file,
        String.join(
            "\n", good, "", "{no json", good, Cases.line(Map.of("problem", "'odd'")), "[]"));

    CaseFile read = CaseFile.read(file);

    assertThat(read.cases()).hasSize(1);
    assertThat(read.errors()).hasSize(4);
    assertThat(read.errors().get(0)).contains("cases.jsonl:3: no JSON");
    assertThat(read.errors().get(1)).contains("another case with this id");
    assertThat(read.errors().get(2)).contains("cases.jsonl:5", "odd");
    assertThat(read.errors().get(3)).contains("must be a JSON object");
  }

  @Test
  void shouldListWhatDl4jCannotBuild() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("cases.jsonl"),
            Cases.line(Map.of())
                + """

                {"id": "recurs", "problem": "data", "portable": false, "why": "It has a GRU.",
                 "rivals": {"one": true}}
                """
                    .replace(",\n ", ","));

    CaseFile read = CaseFile.read(file);

    assertThat(read.cases()).hasSize(1);
    assertThat(read.errors()).isEmpty();
    assertThat(read.unportable())
        .containsExactly(
            new UnportableCase(
                "recurs", "It has a GRU.", new FaultLabel(null, null, null, Map.of("one", true))));
  }

  @Test
  void shouldSayThatThereIsNoFile() {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> CaseFile.read(directory.resolve("none")))
        .withMessageContaining("No such file");
  }
}
