package dev.traininghealth.ui;

import static dev.traininghealth.publish.DiagnosisFixtures.causedBy;
import static dev.traininghealth.publish.DiagnosisFixtures.diagnosis;
import static dev.traininghealth.publish.DiagnosisFixtures.ended;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.publish.DiagnosisFixtures;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.read.Diagnoses;
import dev.traininghealth.read.Interventions;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.read.Verdict;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord.Coverage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DiagnosisDataTest {
  private static final RunDescription RUN = RecordFixtures.denseRun(3);

  private static JsonNode json(List<Diagnosis> diagnoses) throws Exception {
    List<RecordedDiagnosis> recorded =
        diagnoses.stream().map(d -> DiagnosisFixtures.recorded(d, RUN)).toList();
    Timeline timeline = Timeline.of(RUN, List.of(RecordFixtures.rows(RUN).row(0).row(1).segment()));
    return new ObjectMapper()
        .readTree(
            JsonWriter.object(
                out -> {
                  Diagnoses of = Diagnoses.of(timeline, recorded);
                  Verdict verdict = new Verdict(timeline, of, Interventions.NONE, Coverage.NONE);
                  out.writeStringField("status", verdict.status());
                  DiagnosisData.write(out, of, RUN);
                }));
  }

  private static List<Integer> ids(JsonNode json) {
    List<Integer> ids = new ArrayList<>();
    json.get("diagnoses").forEach(d -> ids.add(d.get("id").asInt()));
    return ids;
  }

  private static Diagnosis warning(long id) {
    return diagnosis(id, Problem.DEAD_RELU, Severity.WARNING, id);
  }

  @Test
  void shouldTellAHealthyRun() throws Exception {
    JsonNode json = json(List.of());

    assertThat(json.get("status").asText()).isEqualTo("healthy");
    assertThat(json.get("diagnoses")).isEmpty();
    assertThat(json.get("counts").toString())
        .isEqualTo(
            "{\"critical\":0,\"warning\":0,\"info\":0,\"resolved\":0,\"total\":0,\"omitted\":0}");
  }

  @Test
  void shouldTellEverythingOfADiagnosis() throws Exception {
    JsonNode d =
        json(List.of(
                diagnosis(
                    4,
                    Problem.NON_FINITE,
                    Severity.CRITICAL,
                    2,
                    "<b>",
                    120,
                    3,
                    -1,
                    DiagnosisFixtures.overflow(1))))
            .at("/diagnoses/0");

    assertThat(d.get("run").asLong()).isEqualTo(RUN.startMillis());
    assertThat(d.get("id").asInt()).isEqualTo(4);
    assertThat(d.get("detector").asText()).isEqualTo("thorough");
    assertThat(d.get("problem").asText()).isEqualTo("non_finite");
    assertThat(d.get("severity").asText()).isEqualTo("CRITICAL");
    assertThat(d.get("layer").asInt()).isEqualTo(2);
    assertThat(d.get("layerName").asText()).isEqualTo("<b>");
    assertThat(d.get("parameterKey").asText()).isEqualTo("2_W");
    assertThat(d.get("iteration").asInt()).isEqualTo(120);
    assertThat(d.get("observed").asText()).isEqualTo("NaN");
    assertThat(d.get("comparison").asText()).isEqualTo("is not finite");
    assertThat(d.at("/message").toString())
        .isEqualTo(
            "{\"arguments\":[{\"text\":\"What was seen at iteration 120 is told here, with its"
                + " numbers.\"}]}");
    assertThat(d.at("/remedies/0/advice").toString())
        .isEqualTo("{\"arguments\":[{\"text\":\"Divide the learning rate by 10.\"}]}");
    assertThat(d.at("/remedies/0/code").asText()).isEqualTo(".updater(new Adam(1e-4))");
    assertThat(d.at("/origin/place").asText()).isEqualTo("ACTIVATION");
    assertThat(d.at("/origin/layerName").asText()).isEqualTo("layer1");
    assertThat(d.at("/origin/parameterKey").asText()).isEmpty();
    assertThat(d.at("/origin/rows").toString()).isEqualTo("[0,1,2,3]");
    assertThat(d.at("/origin/exampleCount").asInt()).isEqualTo(32);
    assertThat(d.at("/origin/overflow").asBoolean()).isTrue();
    assertThat(d.at("/origin/largestFeature").asDouble()).isEqualTo(1e30);
    assertThat(d.get("cause").asInt()).isEqualTo(3);
    assertThat(d.get("end").asInt()).isEqualTo(-1);
  }

  @Test
  void shouldTellTheWorstThatStandsAndTheNewestOfItFirst() throws Exception {
    Diagnosis resolved = ended(diagnosis(2, Problem.NON_FINITE, Severity.CRITICAL, 5), 60);
    Diagnosis note = diagnosis(1, Problem.PLATEAU, Severity.INFO, 4);

    JsonNode json = json(List.of(warning(0), note, resolved, causedBy(warning(3), 0)));

    assertThat(json.get("status").asText()).isEqualTo("warning");
    assertThat(ids(json)).containsExactly(3, 1, 0, 2);
    assertThat(json.get("counts").toString())
        .isEqualTo(
            "{\"critical\":0,\"warning\":2,\"info\":1,\"resolved\":1,\"total\":4,\"omitted\":0}");
    assertThat(json(List.of(resolved, note)).get("status").asText()).isEqualTo("info");
    assertThat(json(List.of(resolved)).get("status").asText()).isEqualTo("healthy");
  }

  @Test
  void shouldLeaveOutWhatMattersLeast() throws Exception {
    List<Diagnosis> many = new ArrayList<>();
    for (long id = 0; id < 900; id++) {
      many.add(id < 5 ? warning(id) : ended(warning(id), id + 1));
    }
    many.add(diagnosis(900, Problem.PLATEAU, Severity.INFO, 900));

    JsonNode json = json(many);

    int listed = json.get("diagnoses").size();
    assertThat(listed).isBetween(150, 200);
    assertThat(json.at("/counts/omitted").asInt()).isEqualTo(901 - listed);
    assertThat(json.at("/counts/total").asInt()).isEqualTo(901);
    assertThat(ids(json)).startsWith(900, 4, 3, 2, 1, 0, 899, 898);
  }
}
