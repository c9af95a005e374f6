package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traininghealth.record.RunRecord.ClassScore;
import dev.traininghealth.record.RunRecord.ClassScores;
import dev.traininghealth.record.RunRecord.EpochScores;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassDataTest {
  private static final ClassScores SCORES =
      new ClassScores(
          List.of("a \"rose\"", "=cmd()"),
          List.of(
              new EpochScores(
                  0, 9, List.of(new ClassScore(0.5, 1, 0.6667, 3), new ClassScore(1, 0.5, 0.7, 4))),
              new EpochScores(
                  1,
                  19,
                  List.of(
                      new ClassScore(Double.NaN, 0, 0, 3), new ClassScore(1, 0.75, 0.8571, 4)))),
          0.5);

  @Test
  void shouldWriteTheNewestEpochAndTheBestOfEachClass() throws Exception {
    JsonNode classes =
        new ObjectMapper()
            .readTree(JsonWriter.object(out -> ClassData.write(out, SCORES)).toString())
            .get("classes");

    assertThat(classes.get("epoch").asInt()).isEqualTo(1);
    JsonNode rose = classes.get("rows").get(0);
    assertThat(rose.has("precision")).isFalse();
    assertThat(rose.get("recall").asDouble()).isZero();
    assertThat(rose.get("bestF1").asDouble()).isEqualTo(0.6667);
    assertThat(rose.get("bestEpoch").asInt()).isZero();
    assertThat(classes.get("rows").get(1).get("bestEpoch").asInt()).isEqualTo(1);
  }

  @Test
  void shouldWriteNothingWithoutResults() throws Exception {
    assertThat(JsonWriter.object(out -> ClassData.write(out, ClassScores.NONE)).toString())
        .isEqualTo("{}");
    assertThat(ClassData.csv(ClassScores.NONE).lines()).hasSize(1);
  }

  @Test
  void shouldWriteAllEpochsAsCsv() {
    assertThat(ClassData.csv(SCORES))
        .isEqualTo(
            """
            epoch,iteration,class,precision,recall,f1,examples
            0,9,"a ""rose""\",0.5,1.0,0.6667,3
            0,9,"'=cmd()",1.0,0.5,0.7,4
            1,19,"a ""rose""\",,0.0,0.0,3
            1,19,"'=cmd()",1.0,0.75,0.8571,4
            """);
  }
}
