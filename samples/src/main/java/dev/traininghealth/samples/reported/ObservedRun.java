package dev.traininghealth.samples.reported;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/**
 * A network that was trained under a listener which observes.
 *
 * @param diagnoses all of the run, oldest first
 * @param error of the trained network
 */
record ObservedRun(List<Diagnosis> diagnoses, double error) {
  /** All that is due is measured, however busy the machine is, so that runs can be repeated. */
  private static final double COST_BUDGET = 1;

  static ObservedRun of(Trainee trainee) {
    TrainingHealthListenerBuilder settings = listener();
    trainee.configure(settings);
    try (TrainingHealthListener listener = settings.build()) {
      trainee.network().setListeners(listener);
      trainee.train();
      trainee.network().setListeners();
      return new ObservedRun(listener.diagnoses(), trainee.result());
    }
  }

  /** The settings of every listener of these runs. */
  static TrainingHealthListenerBuilder listener() {
    return TrainingHealthListener.builder(new InMemoryStatsStorage()).costBudget(COST_BUDGET);
  }

  private Optional<Diagnosis> firstAlarm() {
    return diagnoses.stream().filter(Diagnosis::isAlarm).findFirst();
  }

  /** A healthy set-up, of which no alarm is wanted. */
  static ReportedSetup healthy(String name, String shows, IntFunction<? extends Trainee> scene) {
    return healthy(name, shows, scene, diagnosis -> false);
  }

  /**
   * A healthy set-up, of which no alarm is wanted.
   *
   * @param unwanted what must not be said either, of whatever severity
   */
  static ReportedSetup healthy(
      String name,
      String shows,
      IntFunction<? extends Trainee> scene,
      Predicate<Diagnosis> unwanted) {
    return new ReportedSetup(
        name, shows, "no alarm", seed -> of(scene.apply(seed)).without(unwanted));
  }

  /** The outcome of a healthy set-up, of which no alarm is wanted. */
  Outcome withoutAlarm() {
    return without(diagnosis -> false);
  }

  private Outcome without(Predicate<Diagnosis> unwanted) {
    Optional<Diagnosis> said =
        diagnoses.stream().filter(d -> d.isAlarm() || unwanted.test(d)).findFirst();
    return new Outcome(
        said.map(d -> d.problem().toString()).orElse(""),
        said.map(Diagnosis::iteration).orElse(-1L),
        "",
        error,
        Double.NaN,
        said.map(d -> List.of((d.isAlarm() ? "false alarm: " : "unwanted: ") + d.sentence()))
            .orElse(List.of()),
        text());
  }

  /**
   * What is wanted of a run that is not healthy.
   *
   * @param problem to be found
   * @param severity at least
   * @param until latest iteration at which it must be found
   * @param code what the code of the first remedy must contain; of the first alarm, if an alarm is
   *     wanted
   * @param maxLeft how much of the error may be left with the remedy carried out, as a share
   * @param also what other remedies must say, in words or code
   */
  record Wanted(
      Problem problem,
      Severity severity,
      long until,
      String code,
      double maxLeft,
      List<String> also) {
    /** One remedy. */
    Wanted(Problem problem, Severity severity, long until, String code, double maxLeft) {
      this(problem, severity, until, code, maxLeft, List.of());
    }

    /** An alarm; half of the error must go, which no other seed of the same run gains. */
    static Wanted alarm(Problem problem, long until, String code) {
      return new Wanted(problem, Severity.WARNING, until, code, 0.5);
    }

    /** An INFO; the error must not be larger. */
    static Wanted info(Problem problem, long until, String code) {
      return new Wanted(problem, Severity.INFO, until, code, 1);
    }

    /** The same with what else must be said, in the words or the code of any remedy. */
    Wanted alsoSaying(String... parts) {
      return new Wanted(problem, severity, until, code, maxLeft, List.of(parts));
    }

    private boolean isMetBy(Diagnosis diagnosis) {
      return diagnosis.problem().equals(problem)
          && diagnosis.severity().isAtLeast(severity)
          && diagnosis.iteration() <= until;
    }
  }

  /** A set-up whose first remedy is carried out. */
  static ReportedSetup followed(
      String name,
      String shows,
      Wanted wanted,
      IntFunction<? extends Trainee> sick,
      IntFunction<? extends Trainee> mended) {
    return followed(name, shows, wanted, sick, (seed, said) -> mended.apply(seed));
  }

  /** A set-up whose first remedy is carried out as it was said, for instance with its rate. */
  static ReportedSetup followed(
      String name,
      String shows,
      Wanted wanted,
      IntFunction<? extends Trainee> sick,
      BiFunction<Integer, Remedy, ? extends Trainee> mended) {
    return new ReportedSetup(
        name,
        shows,
        wanted.problem() + " by " + wanted.until() + ", " + wanted.code(),
        seed -> of(sick.apply(seed)).follow(wanted, said -> mended.apply(seed, said)));
  }

  private Outcome follow(Wanted wanted, Function<Remedy, Trainee> mended) {
    List<String> failures = new ArrayList<>();
    Optional<Diagnosis> found = diagnoses.stream().filter(wanted::isMetBy).findFirst();
    if (found.isEmpty()) {
      failures.add("not found in time");
    }
    for (String other : wanted.also()) {
      if (diagnoses.stream()
          .flatMap(d -> d.remedies().stream())
          .noneMatch(r -> (r.advice() + r.code()).contains(other))) {
        failures.add("not said: " + other);
      }
    }
    Optional<Diagnosis> advising = wanted.severity() == Severity.INFO ? found : firstAlarm();
    Optional<Remedy> said = advising.flatMap(d -> d.remedies().stream().findFirst());
    String code = said.map(Remedy::code).orElse("");
    double after = Double.NaN;
    if (said.isPresent() && code.contains(wanted.code())) {
      Trainee trainee = mended.apply(said.get());
      trainee.train();
      after = trainee.result();
      if (!(after <= wanted.maxLeft() * error)) {
        failures.add("the remedy does not help enough");
      }
    } else {
      failures.add("another first remedy");
    }
    return new Outcome(
        found.map(d -> d.problem().toString()).orElse(""),
        found.map(Diagnosis::iteration).orElse(-1L),
        code,
        error,
        after,
        failures,
        text());
  }

  /** All that was said, a line each. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Diagnosis d : diagnoses) {
      text.append(
          String.format(
              Locale.ROOT,
              "%d %s %s %s: %s%n",
              d.iteration(),
              d.severity(),
              d.problem(),
              d.layerName(),
              d.sentence()));
      for (Remedy remedy : d.remedies()) {
        text.append("  ").append(remedy.advice()).append(" ").append(remedy.code()).append('\n');
      }
    }
    return text.toString();
  }
}
