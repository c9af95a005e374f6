package dev.traininghealth.ui;

import static dev.traininghealth.publish.InterventionFixtures.intervention;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.publish.InterventionFixtures;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.read.Diagnoses;
import dev.traininghealth.read.Interventions;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.read.Verdict;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord.Check;
import dev.traininghealth.record.RunRecord.Coverage;
import dev.traininghealth.text.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VerdictDataTest {
  private static final RunDescription RUN = RecordFixtures.denseRun(1);

  @Test
  void shouldWriteSkippedStepsAndChecks() throws Exception {
    RecordFixtures.Rows rows = RecordFixtures.rows(RUN);
    for (int i = 0; i < 10; i++) {
      rows.row(i);
    }
    Timeline timeline = Timeline.of(RUN, List.of(rows.segment()));
    Interventions skips =
        Interventions.of(
            timeline,
            List.of(InterventionFixtures.recorded(intervention(0, Kind.SKIP, 8, true), RUN, 1)));
    Check check = new Check("a", "TOO_EARLY", 0, 9, 10, Message.of("say.check.off"));
    Verdict verdict =
        new Verdict(timeline, Diagnoses.NONE, skips, new Coverage(false, List.of(check)));

    JsonNode json =
        new ObjectMapper().readTree(JsonWriter.object(out -> VerdictData.write(out, verdict)));

    assertThat(json.get("status").asText()).isEqualTo("protected");
    assertThat(json.get("skipped").get("share").asDouble()).isEqualTo(0.1);
    assertThat(json.get("skipped").get("iterations").asInt()).isEqualTo(10);
    JsonNode written = json.get("checks").get(0);
    assertThat(written.get("name").asText()).isEqualTo("a");
    assertThat(written.get("state").asText()).isEqualTo("TOO_EARLY");
    assertThat(written.get("message").get("key").asText()).isEqualTo("say.check.off");
  }
}
