package dev.traininghealth.publish;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RecordedDiagnosis.Origin;
import dev.traininghealth.record.RecordedDiagnosis.Remedy;
import dev.traininghealth.record.RecordedIntervention;
import dev.traininghealth.record.RecordedIntervention.Branch;
import dev.traininghealth.record.RecordedIntervention.Point;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunDescription.Layer;
import dev.traininghealth.record.RunDescription.Parameter;
import dev.traininghealth.record.RunDescription.Vertex;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.TrialBranch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Converts the training side's objects into recorded ones, which hold only numbers and texts. Texts
 * are cut to a length that a page can show.
 */
final class RecordConversion {
  /**
   * Maximum of characters in a user's sentence, in a remedy and in its code: a full screen each.
   */
  static final int MAX_TEXT = 2_000;

  /** Maximum of characters in a name. */
  static final int MAX_NAME = 200;

  private static final int MAX_REMEDIES = 10;

  /** Maximum of recorded branches of a trial: more lines cannot be told apart in a chart. */
  static final int MAX_BRANCHES = 8;

  /** Maximum of recorded scores of a branch; a trial takes about six. */
  static final int MAX_POINTS = 32;

  /** Maximum of checks: five times as many as the plugin has detectors. */
  private static final int MAX_CHECKS = 100;

  private RecordConversion() {}

  /**
   * Describes a run of a network and lists its series.
   *
   * @param layout the network
   * @param startMillis when recording began, milliseconds since 1970
   * @param settings the listener's settings as shown on the page
   * @return the description, with all series that are recorded for such a network
   */
  static RunDescription run(NetworkLayout layout, long startMillis, Map<String, String> settings) {
    List<Layer> layers = new ArrayList<>();
    for (NetworkLayout.Layer l : layout.layers()) {
      layers.add(
          new Layer(
              l.name(),
              l.type(),
              l.activation(),
              l.frozen(),
              l.firstParameter(),
              l.parameterCount(),
              l.depth()));
    }
    List<Parameter> parameters = new ArrayList<>();
    for (NetworkLayout.Parameter p : layout.parameters()) {
      parameters.add(
          new Parameter(p.key(), p.name(), p.layer(), p.role().name(), p.length(), p.frozen()));
    }
    return new RunDescription(
        layout.modelClass(),
        layers,
        parameters,
        SeriesLayouts.of(layers, parameters),
        startMillis,
        settings,
        layout.vertices().stream()
            .map(v -> new Vertex(v.name(), v.type(), v.layer(), v.inputs()))
            .toList());
  }

  /**
   * Converts a diagnosis.
   *
   * @param run start of its run, milliseconds since 1970
   * @param timeMillis when it was recorded first, milliseconds since 1970
   */
  static RecordedDiagnosis diagnosis(Diagnosis d, long run, long timeMillis) {
    return new RecordedDiagnosis(
        run,
        d.id(),
        cut(d.detector(), MAX_NAME),
        cut(d.problem().name(), MAX_NAME),
        cut(d.problem().shownBy(), MAX_NAME),
        d.severity().name(),
        d.layer(),
        cut(d.layerName(), MAX_NAME),
        d.parameter(),
        cut(d.parameterKey(), MAX_NAME),
        d.iteration(),
        d.epoch(),
        timeMillis,
        d.observed(),
        d.comparison().symbol(),
        d.threshold(),
        cut(d.message()),
        d.remedies().stream()
            .limit(MAX_REMEDIES)
            .map(r -> new Remedy(cut(r.whole()), cut(r.code(), MAX_TEXT)))
            .toList(),
        origin(d.origin()),
        d.causeId(),
        d.endIteration());
  }

  private static @Nullable Origin origin(@Nullable NonFiniteOrigin o) {
    return o == null
        ? null
        : new Origin(
            o.place().name(),
            o.layer(),
            o.parameter(),
            o.count(),
            o.examples(),
            o.exampleCount(),
            o.overflow(),
            o.largestFeature());
  }

  /**
   * Converts an intervention.
   *
   * @param run start of its run, milliseconds since 1970
   * @param timeMillis when it was recorded first, milliseconds since 1970
   * @param total number of interventions of its kind in the run so far
   */
  static RecordedIntervention intervention(Intervention i, long run, long timeMillis, long total) {
    return new RecordedIntervention(
        run,
        i.id(),
        i.kind().name(),
        i.iteration(),
        i.epoch(),
        i.lastIteration(),
        i.times(),
        total,
        timeMillis,
        i.diagnosisId(),
        cut(i.problem(), MAX_NAME),
        i.layer(),
        i.before(),
        i.after(),
        i.snapshotIteration(),
        i.applied(),
        cut(i.message()),
        branches(i.trial()));
  }

  /** What a trial has shown: of many branches, those that decide and the best others. */
  private static List<Branch> branches(@Nullable Trial trial) {
    if (trial == null) {
      return List.of();
    }
    List<TrialBranch> all = trial.branches();
    return IntStream.range(0, all.size())
        .boxed()
        .sorted(
            Comparator.comparing((Integer b) -> b != 0 && b != trial.winner())
                .thenComparing(b -> all.get(b).score())) // NaN is last
        .limit(MAX_BRANCHES)
        .sorted()
        .map(b -> branch(all.get(b), b == trial.winner()))
        .toList();
  }

  private static Branch branch(TrialBranch b, boolean adopted) {
    return new Branch(
        b.start().name(),
        b.snapshotIteration(),
        b.factor(),
        b.leftOut(),
        adopted,
        b.course().stream()
            .limit(MAX_POINTS)
            .map(point -> new Point(point.step(), point.score()))
            .toList());
  }

  /** Converts the checks of a run. */
  static RunRecord.Coverage coverage(List<Check> checks) {
    return new RunRecord.Coverage(
        Check.areConclusive(checks),
        checks.stream()
            .limit(MAX_CHECKS)
            .map(
                c ->
                    new RunRecord.Check(
                        cut(c.detector(), MAX_NAME),
                        c.state().name(),
                        c.first(),
                        c.last(),
                        c.count(),
                        cut(c.message())))
            .toList());
  }

  private static Message cut(Message message) {
    return new Message(
        cut(message.key(), MAX_NAME), message.arguments().stream().map(a -> cut(a)).toList());
  }

  private static Argument cut(Argument argument) {
    if (argument instanceof Argument.Text text) {
      return new Argument.Text(cut(text.value(), MAX_TEXT));
    }
    if (argument instanceof Argument.Layer layer) {
      return new Argument.Layer(
          layer.index(),
          cut(layer.name(), MAX_NAME),
          cut(layer.type(), MAX_NAME),
          cut(layer.activation(), MAX_NAME));
    }
    if (argument instanceof Argument.Phrase phrase) {
      return new Argument.Phrase(cut(phrase.message()));
    }
    return argument instanceof Argument.Listing listing
        ? new Argument.Listing(listing.of().stream().map(a -> cut(a)).toList())
        : argument;
  }

  private static String cut(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max - 1) + "\u2026";
  }
}
