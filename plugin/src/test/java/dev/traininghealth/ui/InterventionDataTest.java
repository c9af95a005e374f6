package dev.traininghealth.ui;

import static dev.traininghealth.publish.InterventionFixtures.about;
import static dev.traininghealth.publish.InterventionFixtures.because;
import static dev.traininghealth.publish.InterventionFixtures.done;
import static dev.traininghealth.publish.InterventionFixtures.intervention;
import static dev.traininghealth.publish.InterventionFixtures.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.publish.InterventionFixtures;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.read.Interventions;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.record.RecordedIntervention;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.TrialBranch;
import dev.traininghealth.trial.TrialQuestion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

final class InterventionDataTest {
  private static final RunDescription RUN = RecordFixtures.denseRun(3);

  private static JsonNode json(List<Intervention> interventions) throws Exception {
    List<RecordedIntervention> recorded = new ArrayList<>();
    for (Intervention each : interventions) {
      recorded.add(InterventionFixtures.recorded(each, RUN, recorded.size() + 1));
    }
    Timeline timeline = Timeline.of(RUN, List.of(RecordFixtures.rows(RUN).row(0).row(1).segment()));
    return new ObjectMapper()
        .readTree(
            JsonWriter.object(
                out -> InterventionData.write(out, Interventions.of(timeline, recorded), RUN)));
  }

  @Test
  void shouldTellARunInWhichNothingWasDone() throws Exception {
    assertThat(json(List.of()).toString())
        .isEqualTo(
            "{\"interventionCounts\":{\"applied\":{},\"dryRun\":{},\"omitted\":0},"
                + "\"interventions\":[],\"unlistedInterventions\":[]}");
  }

  @Test
  void shouldTellEverythingOfAnIntervention() throws Exception {
    Intervention rollback =
        values(
            done(about(intervention(4, Kind.ROLLBACK, 120, true), 3, "non_finite"), 2, 125),
            Double.NaN,
            0.5,
            80);

    JsonNode i = json(List.of(because(rollback, "<b>"))).at("/interventions/0");

    assertThat(i.get("run").asLong()).isEqualTo(RUN.startMillis());
    assertThat(i.get("id").asInt()).isEqualTo(4);
    assertThat(i.get("kind").asText()).isEqualTo("ROLLBACK");
    assertThat(i.get("iteration").asInt()).isEqualTo(120);
    assertThat(i.get("epoch").asInt()).isEqualTo(1);
    assertThat(i.get("lastIteration").asInt()).isEqualTo(125);
    assertThat(i.get("times").asInt()).isEqualTo(2);
    assertThat(i.get("time").asLong()).isEqualTo(RUN.startMillis() + 1200);
    assertThat(i.get("diagnosis").asInt()).isEqualTo(3);
    assertThat(i.get("problem").asText()).isEqualTo("non_finite");
    assertThat(i.get("layer").asInt()).isEqualTo(-1);
    assertThat(i.get("layerName").asText()).isEmpty();
    assertThat(i.get("before").asText()).isEqualTo("NaN");
    assertThat(i.get("after").asDouble()).isEqualTo(0.5);
    assertThat(i.get("snapshot").asInt()).isEqualTo(80);
    assertThat(i.get("applied").asBoolean()).isTrue();
    assertThat(i.get("message").toString()).isEqualTo("{\"arguments\":[{\"text\":\"<b>\"}]}");
  }

  @Test
  void shouldTellTheScoresOfATrial() throws Exception {
    TrialBranch nothing =
        new TrialBranch(
            TrialBranch.Start.PRESENT,
            -1,
            1,
            0,
            2,
            0.75,
            Double.NaN,
            List.of(new TrialBranch.Point(0, 0.75), new TrialBranch.Point(2, Double.NaN)));
    TrialBranch back =
        new TrialBranch(
            TrialBranch.Start.SNAPSHOT,
            80,
            0.1,
            3,
            20,
            0.5,
            0.25,
            List.of(new TrialBranch.Point(0, 0.5), new TrialBranch.Point(20, 0.25)));
    Trial trial =
        new Trial(
            TrialQuestion.HARM,
            90,
            0.75,
            List.of(nothing, back),
            1,
            Message.literal("why"),
            32,
            22,
            1);

    JsonNode json = json(List.of(InterventionFixtures.tried(0, 90, trial)));

    assertThat(json.at("/interventions/0/branches").toString())
        .isEqualTo(
            "[{\"start\":\"PRESENT\",\"snapshot\":-1,\"factor\":1,\"leftOut\":0,\"adopted\":false,"
                + "\"steps\":[0,2],\"scores\":[0.75,\"NaN\"]},"
                + "{\"start\":\"SNAPSHOT\",\"snapshot\":80,\"factor\":0.1,\"leftOut\":3,\"adopted\":true,"
                + "\"steps\":[0,20],\"scores\":[0.5,0.25]}]");
  }

  @Test
  void shouldSeparateAppliedFromDryRunAndListTheNewestFirst() throws Exception {
    JsonNode json =
        json(
            List.of(
                intervention(0, Kind.SKIP, 5, true),
                intervention(1, Kind.SKIP, 6, true),
                intervention(2, Kind.SKIP, 7, false),
                done(intervention(3, Kind.CLIP, 1, true), 4, 100)));

    assertThat(json.get("interventionCounts").toString())
        .isEqualTo("{\"applied\":{\"CLIP\":4,\"SKIP\":2},\"dryRun\":{\"SKIP\":3},\"omitted\":0}");
    List<Integer> ids = new ArrayList<>();
    json.get("interventions").forEach(each -> ids.add(each.get("id").asInt()));
    assertThat(ids).containsExactly(3, 2, 1, 0);
  }

  @Test
  void shouldLeaveOutWhatThereIsMostOf() throws Exception {
    List<Intervention> many = new ArrayList<>();
    many.add(intervention(0, Kind.LOWER_LEARNING_RATE, 0, true));
    for (long id = 1; id < 1_000; id++) {
      many.add(because(intervention(id, Kind.SKIP, id, true), "r".repeat((int) id)));
    }

    JsonNode json = json(many);

    int listed = json.get("interventions").size();
    assertThat(listed).isBetween(25, 200);
    assertThat(json.toString()).hasSizeLessThan(45_000);
    assertThat(json.at("/interventions/0/id").asInt()).isEqualTo(999);
    assertThat(json.at("/interventions/" + (listed - 1) + "/id").asInt()).isZero();
    assertThat(json.at("/interventionCounts/omitted").asInt()).isEqualTo(1_000 - listed);
    assertThat(json.at("/interventionCounts/applied/SKIP").asInt()).isEqualTo(1_000);
    assertThat(json.get("unlistedInterventions")).hasSizeLessThanOrEqualTo(100);
    assertThat(json.at("/unlistedInterventions/0").toString())
        .matches(
            "\\{\"kind\":\"SKIP\",\"applied\":true,\"problem\":\"\",\"layer\":-1,\"iteration\":1,"
                + "\"lastIteration\":\\d\\d?,\"times\":\\d\\d?}");
    int unlisted = 0;
    for (JsonNode place : json.get("unlistedInterventions")) {
      unlisted += place.get("times").asInt();
    }
    assertThat(unlisted).isEqualTo(total(many) - total(listed(json, many)));
  }

  @Test
  void shouldKeepKindsOfUnlistedInterventionsApart() throws Exception {
    List<Intervention> many = new ArrayList<>();
    for (long id = 0; id < 600; id++) {
      many.add(intervention(id, id % 2 == 0 ? Kind.SKIP : Kind.CLIP, id, id % 3 > 0));
    }

    JsonNode json = json(many);

    List<Intervention> listed = listed(json, many);
    for (Kind kind : List.of(Kind.SKIP, Kind.CLIP)) {
      for (boolean applied : List.of(false, true)) {
        Predicate<Intervention> same = i -> i.kind() == kind && i.applied() == applied;
        int unlisted = 0;
        long end = -1;
        for (JsonNode place : json.get("unlistedInterventions")) {
          if (place.get("kind").asText().equals(kind.name())
              && place.get("applied").asBoolean() == applied) {
            assertThat(place.get("iteration").asLong()).isGreaterThan(end);
            end = place.get("lastIteration").asLong();
            unlisted += place.get("times").asInt();
          }
        }
        assertThat(unlisted)
            .isEqualTo(
                total(many.stream().filter(same).toList())
                    - total(listed.stream().filter(same).toList()));
      }
    }
  }

  /** A row of equal interventions has the number of all of them. */
  @Test
  void shouldKeepReasonsOfUnlistedInterventionsApartIfTheyAreFew() throws Exception {
    List<Intervention> many = new ArrayList<>();
    for (long id = 0; id < 600; id++) {
      many.add(about(intervention(id, Kind.SKIP, id, true), id, id % 3 == 0 ? "one" : "other"));
    }
    JsonNode json = json(many);

    List<Intervention> listed = listed(json, many);
    for (String problem : List.of("one", "other")) {
      int unlisted = 0;
      for (JsonNode place : json.get("unlistedInterventions")) {
        unlisted += place.get("problem").asText().equals(problem) ? place.get("times").asInt() : 0;
      }
      Predicate<Intervention> same = i -> i.problem().equals(problem);
      assertThat(unlisted)
          .isPositive()
          .isEqualTo(
              total(many.stream().filter(same).toList())
                  - total(listed.stream().filter(same).toList()));
    }

    many.replaceAll(each -> about(each, each.id(), "problem" + each.id()));
    JsonNode places = json(many).get("unlistedInterventions");
    assertThat(places).hasSizeBetween(2, 100);
    assertThat(places).noneMatch(place -> place.has("problem"));
  }

  private static List<Intervention> listed(JsonNode json, List<Intervention> all) {
    Set<Long> ids = new HashSet<>();
    json.get("interventions").forEach(each -> ids.add(each.get("id").asLong()));
    return all.stream().filter(i -> ids.contains(i.id())).toList();
  }

  private static int total(List<Intervention> interventions) {
    return interventions.stream().mapToInt(i -> Math.toIntExact(i.times())).sum();
  }
}
