package dev.traininghealth.reports;

import dev.traininghealth.IterationClock;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.intervene.Intervention;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.dataset.DataSet;

/** A network that is trained under a listener, timed by an {@link IterationClock}. */
final class ReportedTraining implements AutoCloseable {
  final Model model;
  final TrainingHealthListener health;
  private final IterationClock clock = new IterationClock();
  private int iterations;

  private ReportedTraining(
      Model model, boolean isProtected, Consumer<TrainingHealthListenerBuilder> settings) {
    this.model = model;
    TrainingHealthListenerBuilder builder = clock.builder(new InMemoryStatsStorage());
    if (isProtected) {
      builder.protecting();
    }
    settings.accept(builder);
    health = builder.build();
    model.setListeners(health, clock);
  }

  static ReportedTraining observed(Model model) {
    return new ReportedTraining(model, false, builder -> {});
  }

  static ReportedTraining isProtected(Model model) {
    return new ReportedTraining(model, true, builder -> {});
  }

  static ReportedTraining of(
      Model model, boolean isProtected, Consumer<TrainingHealthListenerBuilder> settings) {
    return new ReportedTraining(model, isProtected, settings);
  }

  /** Trains this number of iterations more. */
  ReportedTraining fit(int count, IntFunction<DataSet> data) {
    for (int i = 0; i < count; i++) {
      DataSet minibatch = data.apply(iterations++);
      if (model instanceof ComputationGraph graph) {
        graph.fit(minibatch);
      } else {
        ((MultiLayerNetwork) model).fit(minibatch);
      }
    }
    return this;
  }

  MultiLayerNetwork network() {
    return (MultiLayerNetwork) model;
  }

  List<Diagnosis> diagnoses() {
    return health.diagnoses();
  }

  List<Diagnosis> diagnoses(Problem problem) {
    return diagnoses().stream().filter(d -> d.problem().equals(problem)).toList();
  }

  List<Diagnosis> diagnoses(ProblemFamily family) {
    return diagnoses().stream().filter(d -> d.problem().is(family)).toList();
  }

  List<Diagnosis> alarms() {
    return diagnoses().stream().filter(Diagnosis::isAlarm).toList();
  }

  List<Intervention> interventions(Intervention.Kind kind) {
    return health.interventions().stream().filter(i -> i.kind() == kind).toList();
  }

  /** {@return all that was said and done, a line each} */
  String report() {
    StringBuilder text = new StringBuilder();
    for (Diagnosis d : diagnoses()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %d-%s %s %s %s: %s%n",
              d.iteration(),
              d.isResolved() ? d.endIteration() : "",
              d.severity(),
              d.problem(),
              d.layerName(),
              d.sentence()));
      for (Remedy remedy : d.remedies()) {
        text.append("      > ").append(remedy.advice());
        text.append(remedy.code().isEmpty() ? "" : "  [" + remedy.code() + "]").append('\n');
      }
    }
    for (Intervention i : health.interventions()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %d %s %s -> %s %s %s%n",
              i.iteration(),
              i.kind(),
              i.before(),
              i.after(),
              i.applied() ? "" : "(dry)",
              i.reason()));
    }
    return text.append("  score ").append(model.score()).append('\n').toString();
  }

  @Override
  public void close() {
    health.close();
  }
}
