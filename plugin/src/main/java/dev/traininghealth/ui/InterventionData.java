package dev.traininghealth.ui;

import dev.traininghealth.read.Interventions;
import dev.traininghealth.record.MessageJson;
import dev.traininghealth.record.RecordedIntervention;
import dev.traininghealth.record.RecordedIntervention.Branch;
import dev.traininghealth.record.RecordedIntervention.Point;
import dev.traininghealth.record.RunDescription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Writes the interventions as JSON: the counts of each kind, the most important interventions, and
 * where the others are, so that charts mark all of them.
 */
final class InterventionData {
  /** Maximum of interventions: more are not readable, and must leave room for the charts. */
  private static final int MAX_INTERVENTIONS = 200;

  private static final int MAX_CHARACTERS = 38_000;

  /** Approximate characters of the numbers and field names of one intervention. */
  private static final int CHARACTERS_PER_INTERVENTION = 320;

  /** Maximum of branches of a trial, and of scores of each; a recorder records no more. */
  private static final int MAX_BRANCHES = 8;

  private static final int MAX_POINTS = 32;

  /** Approximate characters of a branch without its scores, and of a score with its step. */
  private static final int CHARACTERS_PER_BRANCH = 100;

  private static final int CHARACTERS_PER_POINT = 14;

  /** The most important first: rare kinds, then the newest. */
  private static final Comparator<RecordedIntervention> BY_IMPORTANCE =
      Comparator.comparingInt(i -> -i.rank());

  /** Maximum of places of the interventions that are not listed. */
  private static final int MAX_PLACES = 100;

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
    List<RecordedIntervention> others = new ArrayList<>(interventions.all());
    others.removeAll(new HashSet<>(selected));
    unlisted(out, others);
  }

  /**
   * Writes the places of the interventions that are not listed; neighbors of a kind with the same
   * reason are one.
   */
  private static void unlisted(JsonGenerator out, List<RecordedIntervention> others)
      throws IOException {
    Map<Alike, List<RecordedIntervention>> alike = grouped(others, Alike::of);
    if (alike.size() > MAX_PLACES) {
      alike = grouped(others, Alike::byKind);
    }
    out.writeArrayFieldStart("unlistedInterventions");
    for (Map.Entry<Alike, List<RecordedIntervention>> each : alike.entrySet()) {
      List<RecordedIntervention> of = each.getValue();
      int places = Math.min(of.size(), Math.max(1, MAX_PLACES / alike.size()));
      int size = (of.size() + places - 1) / places;
      for (int i = 0; i < of.size(); i += size) {
        place(out, each.getKey(), of.subList(i, Math.min(of.size(), i + size)));
      }
    }
    out.writeEndArray();
  }

  private static Map<Alike, List<RecordedIntervention>> grouped(
      List<RecordedIntervention> interventions, Function<RecordedIntervention, Alike> by) {
    return interventions.stream()
        .sorted(Comparator.comparingLong(RecordedIntervention::iteration))
        .collect(Collectors.groupingBy(by, LinkedHashMap::new, Collectors.toList()));
  }

  /** What interventions have in common; the problem is null if they have different reasons. */
  private record Alike(String kind, boolean applied, @Nullable String problem, int layer) {
    static Alike of(RecordedIntervention i) {
      return new Alike(i.kind(), i.applied(), i.problem(), i.layer());
    }

    static Alike byKind(RecordedIntervention i) {
      return new Alike(i.kind(), i.applied(), null, -1);
    }
  }

  private static void place(JsonGenerator out, Alike alike, List<RecordedIntervention> neighbors)
      throws IOException {
    long last = 0;
    long times = 0;
    for (RecordedIntervention each : neighbors) {
      last = Math.max(last, Math.max(each.iteration(), each.lastIteration()));
      times += each.times();
    }
    out.writeStartObject();
    out.writeStringField("kind", alike.kind());
    out.writeBooleanField("applied", alike.applied());
    if (alike.problem() != null) {
      out.writeStringField("problem", alike.problem());
      out.writeNumberField("layer", alike.layer());
    }
    out.writeNumberField("iteration", neighbors.get(0).iteration());
    out.writeNumberField("lastIteration", last);
    out.writeNumberField("times", times);
    out.writeEndObject();
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
              + characters(each.branches())
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
    if (!i.branches().isEmpty()) {
      branches(out, i.branches());
    }
    out.writeEndObject();
  }

  /** Writes what a trial has shown: each branch with its scores as pairs of step and score. */
  private static void branches(JsonGenerator out, List<Branch> branches) throws IOException {
    out.writeArrayFieldStart("branches");
    for (Branch branch : branches.subList(0, Math.min(MAX_BRANCHES, branches.size()))) {
      out.writeStartObject();
      out.writeStringField("start", branch.start());
      out.writeNumberField("snapshot", branch.snapshotIteration());
      JsonWriter.measured(out, "factor", branch.factor());
      out.writeNumberField("leftOut", branch.leftOut());
      out.writeBooleanField("adopted", branch.adopted());
      List<Point> course = branch.course().subList(0, Math.min(MAX_POINTS, branch.course().size()));
      JsonWriter.longs(out, "steps", course.size(), i -> course.get(i).step());
      out.writeArrayFieldStart("scores");
      for (Point point : course) {
        JsonWriter.measured(out, point.score());
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static int characters(List<Branch> branches) {
    int points = 0;
    for (Branch branch : branches) {
      points += Math.min(MAX_POINTS, branch.course().size());
    }
    return CHARACTERS_PER_BRANCH * Math.min(MAX_BRANCHES, branches.size())
        + CHARACTERS_PER_POINT * points;
  }

  /** The layer's name; empty for the whole network, and if the run has no such layer. */
  private static String layerName(RecordedIntervention i, RunDescription run) {
    boolean known = i.layer() >= 0 && i.layer() < run.layers().size();
    return known ? run.layers().get(i.layer()).name() : "";
  }
}
