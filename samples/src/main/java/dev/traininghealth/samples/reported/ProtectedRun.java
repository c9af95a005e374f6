package dev.traininghealth.samples.reported;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.TrainingStoppedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A scene that was trained alone, and again from the same start under a listener that protects.
 *
 * @param alone error of the network that was trained alone; infinite if it gives NaN
 * @param guarded error of the protected network and all that was said; the error is that of the
 *     network as protection left it, also if it stopped the run
 * @param isIdentical whether both networks have the same parameters, bit by bit
 * @param interventions all of the protected run, oldest first
 * @param stop the exception that ended the protected run, or null if it reached its end
 */
record ProtectedRun(
    double alone,
    ObservedRun guarded,
    boolean isIdentical,
    List<Intervention> interventions,
    @Nullable TrainingStoppedException stop) {

  /**
   * Something that is wanted of a protected run.
   *
   * @param wanted in a few words
   * @param isMet whether a run is as wanted
   */
  record Expectation(String wanted, Predicate<ProtectedRun> isMet) {}

  private static final Expectation NOT_WORSE =
      new Expectation("not worse than alone", run -> run.guarded.error() <= run.alone);

  private static final Expectation NO_HIGHER_SCORE =
      new Expectation(
          "no rollback to a higher score",
          run -> run.interventions.stream().noneMatch(ProtectedRun::isToAHigherScore));

  /** At most a share of the error is left. */
  static Expectation better(double maxLeft) {
    return new Expectation(
        String.format(Locale.ROOT, "at most %s of the error", maxLeft),
        run -> run.guarded.error() <= maxLeft * run.alone);
  }

  /** Trials on copies are all that is done. */
  static Expectation untouched() {
    return new Expectation(
        "the same bits as alone",
        run ->
            run.isIdentical
                && run.interventions.stream().allMatch(i -> i.kind() == Kind.TRIAL)
                && run.stop == null);
  }

  /** If the run is stopped, the message or the code of its remedy contains a text. */
  static Expectation stopNames(String text) {
    return new Expectation("a stop names " + text, run -> run.stop == null || run.stopSays(text));
  }

  /**
   * A set-up that is trained alone and protected. It must not end worse than alone, and no rollback
   * may lead to a higher score.
   */
  static ReportedSetup setup(
      String name, String shows, IntFunction<Scene> scene, Expectation... more) {
    List<Expectation> expectations =
        Stream.concat(Stream.of(NOT_WORSE, NO_HIGHER_SCORE), Stream.of(more)).toList();
    return new ReportedSetup(
        name,
        shows + "; protected",
        expectations.stream().map(Expectation::wanted).collect(Collectors.joining(", ")),
        seed -> of(scene.apply(seed), scene.apply(seed)).outcome(expectations));
  }

  private static ProtectedRun of(Scene alone, Scene guarded) {
    alone.train();
    TrainingStoppedException stop = null;
    try (TrainingHealthListener listener = ObservedRun.listener().protecting().build()) {
      guarded.network().setListeners(listener);
      try {
        guarded.train();
      } catch (TrainingStoppedException e) {
        stop = e;
      }
      guarded.network().setListeners();
      return new ProtectedRun(
          alone.result(),
          new ObservedRun(listener.diagnoses(), guarded.result()),
          Arrays.equals(
              alone.network().params().toFloatVector(), guarded.network().params().toFloatVector()),
          listener.interventions(),
          stop);
    }
  }

  private static boolean isToAHigherScore(Intervention intervention) {
    return intervention.kind() == Kind.ROLLBACK && intervention.after() > intervention.before();
  }

  private boolean stopSays(String text) {
    TrainingStoppedException e = stop;
    return e != null
        && (String.valueOf(e.getMessage()).contains(text)
            || e.diagnosis().remedies().stream()
                .limit(1)
                .anyMatch(remedy -> remedy.code().contains(text)));
  }

  private Outcome outcome(List<Expectation> expectations) {
    List<Intervention> changes =
        interventions.stream().filter(i -> i.kind() != Kind.TRIAL).toList();
    return new Outcome(
        inWords(changes),
        changes.stream().mapToLong(Intervention::iteration).findFirst().orElse(-1),
        "",
        alone,
        guarded.error(),
        expectations.stream()
            .filter(expectation -> !expectation.isMet().test(this))
            .map(expectation -> "not as wanted: " + expectation.wanted())
            .toList(),
        text());
  }

  /** The kinds of interventions and how many there were of each. */
  private static String inWords(List<Intervention> changes) {
    Map<Kind, Long> times = new LinkedHashMap<>();
    changes.forEach(i -> times.merge(i.kind(), i.times(), Long::sum));
    return times.entrySet().stream()
        .map(e -> e.getKey().count(e.getValue()).english())
        .collect(Collectors.joining(", "));
  }

  private String text() {
    List<String> lines = new ArrayList<>();
    for (Intervention i : interventions) {
      lines.add(String.format(Locale.ROOT, "%d %s. %s", i.iteration(), i.action(), i.reason()));
    }
    TrainingStoppedException e = stop;
    if (e != null) {
      lines.add(String.valueOf(e.getMessage()));
    }
    return String.join("\n", lines) + "\n" + guarded.text();
  }
}
