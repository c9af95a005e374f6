package dev.traininghealth.ui;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.traininghealth.read.Interventions;
import dev.traininghealth.record.MessageJson;
import dev.traininghealth.record.RecordedIntervention;
import dev.traininghealth.record.RunDescription;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the interventions as JSON: the counts of each kind, and the interventions. */
final class InterventionData {
  /** Maximum of interventions: more are not readable, and must leave room for the charts. */
  private static final int MAX_INTERVENTIONS = 200;

  private static final int MAX_CHARACTERS = 40_000;

  /** Approximate characters of the numbers and field names of one intervention. */
  private static final int CHARACTERS_PER_INTERVENTION = 320;

  /** The most important first: rare kinds, then the newest. */
  private static final Comparator<RecordedIntervention> BY_IMPORTANCE =
      Comparator.comparingInt(i -> -i.rank());

  private InterventionData() {}

  static void write(JsonGenerator out, Interventions interventions, RunDescription run)
      throws IOException {
    List<RecordedIntervention> selected = selected(interventions, run);
    out.writeObjectFieldStart("interventionCounts");
    counts(out, "applied", interventions.applied());
    counts(out, "dryRun", interventions.dryRun());
    out.writeNumberField("omitted", interventions.all().size() - selected.size());
    out.writeEndObject();
    out.writeArrayFieldStart("interventions");
    for (RecordedIntervention each : selected) {
      intervention(out, each, run);
    }
    out.writeEndArray();
  }

  /** Writes the number of interventions of each kind. */
  static void counts(JsonGenerator out, String field, Map<String, Long> counts) throws IOException {
    out.writeObjectFieldStart(field);
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      out.writeNumberField(count.getKey(), count.getValue());
    }
    out.writeEndObject();
  }

  private static List<RecordedIntervention> selected(
      Interventions interventions, RunDescription run) {
    int room = MAX_CHARACTERS;
    Set<RecordedIntervention> selected = new HashSet<>();
    for (RecordedIntervention each :
        interventions.all().stream().sorted(BY_IMPORTANCE).limit(MAX_INTERVENTIONS).toList()) {
      room -=
          CHARACTERS_PER_INTERVENTION
              + MessageJson.text(each.message()).length()
              + each.problem().length()
              + layerName(each, run).length();
      if (room < 0) {
        break;
      }
      selected.add(each);
    }
    return interventions.all().stream().filter(selected::contains).toList();
  }

  private static void intervention(JsonGenerator out, RecordedIntervention i, RunDescription run)
      throws IOException {
    out.writeStartObject();
    out.writeNumberField("run", i.run());
    out.writeNumberField("id", i.id());
    out.writeStringField("kind", i.kind());
    out.writeNumberField("iteration", i.iteration());
    out.writeNumberField("epoch", i.epoch());
    out.writeNumberField("lastIteration", i.lastIteration());
    out.writeNumberField("times", i.times());
    out.writeNumberField("time", i.timeMillis());
    out.writeNumberField("diagnosis", i.diagnosisId());
    out.writeStringField("problem", i.problem());
    out.writeNumberField("layer", i.layer());
    out.writeStringField("layerName", layerName(i, run));
    JsonWriter.measured(out, "before", i.before());
    JsonWriter.measured(out, "after", i.after());
    out.writeNumberField("snapshot", i.snapshotIteration());
    out.writeBooleanField("applied", i.applied());
    DiagnosisData.message(out, "message", i.message());
    out.writeEndObject();
  }

  /** The layer's name; empty for the whole network, and if the run has no such layer. */
  private static String layerName(RecordedIntervention i, RunDescription run) {
    boolean known = i.layer() >= 0 && i.layer() < run.layers().size();
    return known ? run.layers().get(i.layer()).name() : "";
  }
}
