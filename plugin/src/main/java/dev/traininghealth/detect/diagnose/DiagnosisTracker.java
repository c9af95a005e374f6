package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.TriedRates;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tracks diagnoses from start to end.
 *
 * <p>Findings of one moment are collected and processed together, causes before effects.
 */
final class DiagnosisTracker {
  /**
   * Maximum number of resolved diagnoses that are kept, which bounds the memory. It is more than a
   * user reads, and half of the events that are stored.
   */
  static final int MAX_RESOLVED = 500;

  private static final Comparator<Diagnosis> WORST_FIRST =
      Comparator.comparing(Diagnosis::severity, Comparator.reverseOrder())
          .thenComparing(d -> d.layer() >= 0)
          .thenComparingLong(Diagnosis::iteration)
          .thenComparingLong(Diagnosis::id);

  private final NetworkLayout layout;
  private final Measurement measurement;
  private final Consumer<Diagnosis> sink;
  private final List<Reported> reported = new ArrayList<>();
  private final List<Diagnosis> current = new ArrayList<>();

  /** In the order of their start, so that the same run has the same diagnoses in the same order. */
  private final Map<Key, ActiveDiagnosis> active = new LinkedHashMap<>();

  private final Deque<Diagnosis> ended = new ArrayDeque<>();

  /** Guards of detectors' sentences by detector name, created at the first failure. */
  private final Map<String, Guard> sentences = new LinkedHashMap<>();

  /** Guards of detectors' remedies by detector name, created at the first failure. */
  private final Map<String, Guard> remedies = new LinkedHashMap<>();

  private long nextId;
  private long soonestExpiry = Long.MAX_VALUE;

  /** The subject of a diagnosis. At most one diagnosis of each is active. */
  private record Key(String detector, Problem problem, String aspect, int layer, int parameter) {
    /** A record's own method is generated at its first call, which takes milliseconds. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && layer == key.layer
          && parameter == key.parameter
          && problem.equals(key.problem)
          && detector.equals(key.detector)
          && aspect.equals(key.aspect);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * problem.hashCode() + layer) + parameter;
    }
  }

  private record Reported(String detector, Finding finding) {
    Key key() {
      return new Key(
          detector, finding.problem(), finding.aspect(), finding.layer(), finding.parameter());
    }
  }

  private static final class ActiveDiagnosis {
    Diagnosis diagnosis;
    long expiry;

    /** Latest trial against the diagnosis, or against its milder form. */
    @Nullable TriedRates tried;

    ActiveDiagnosis(Diagnosis diagnosis) {
      this.diagnosis = diagnosis;
    }
  }

  DiagnosisTracker(NetworkLayout layout, Measurement measurement, Consumer<Diagnosis> sink) {
    this.measurement = measurement;
    this.layout = layout;
    this.sink = sink;
  }

  /**
   * Collects a finding.
   *
   * @throws IllegalArgumentException if it is null or refers to a layer or parameter that does not
   *     exist, which is a mistake of the detector
   */
  void report(String detector, Finding finding) {
    if (finding == null
        || finding.layer() >= layout.layers().size()
        || finding.parameter() >= layout.parameters().size()) {
      throw new IllegalArgumentException(
          "A finding must name one of "
              + layout.layers().size()
              + " layers and "
              + layout.parameters().size()
              + " parameters, was "
              + finding);
    }
    reported.add(new Reported(detector, finding));
  }

  /** {@return whether an alarm of this family is active} */
  boolean hasActiveAlarm(ProblemFamily family) {
    for (ActiveDiagnosis s : active.values()) {
      if (s.diagnosis.isAlarm() && s.diagnosis.problem().is(family)) {
        return true;
      }
    }
    return false;
  }

  /** {@return the active diagnoses that were reported at the latest moment, causes first} */
  List<Diagnosis> reported() {
    return current;
  }

  /**
   * Returns the worst active diagnosis of this family.
   *
   * <p>Among equally severe ones, the whole network precedes a layer. Then the older diagnosis
   * comes first, then the one that was reported first.
   *
   * @return the diagnosis, or null for none
   */
  @Nullable Diagnosis worst(ProblemFamily family) {
    if (active.isEmpty()) {
      return null;
    }
    Diagnosis worst = null;
    for (ActiveDiagnosis s : active.values()) {
      Diagnosis d = s.diagnosis;
      if (d.problem().is(family) && (worst == null || WORST_FIRST.compare(d, worst) < 0)) {
        worst = d;
      }
    }
    return worst;
  }

  /** Makes diagnoses of the findings since the last call. */
  void process(long iteration, int epoch) {
    current.clear();
    if (reported.isEmpty()) {
      return;
    }
    if (reported.size() > 1) {
      reported.sort(Comparator.comparing(r -> r.finding.problem().family()));
    }
    try {
      synchronized (this) {
        for (Reported r : reported) {
          process(r, iteration, epoch);
        }
      }
    } finally {
      reported.clear();
    }
  }

  private void process(Reported r, long iteration, int epoch) {
    Finding finding = r.finding;
    Key key = r.key();
    ActiveDiagnosis known = active.get(key);
    long milder = -1;
    TriedRates tried = null;
    if (known != null && finding.severity().compareTo(known.diagnosis.severity()) > 0) {
      milder = known.diagnosis.id();
      tried = known.tried;
      active.remove(key);
      end(known, iteration);
      known = null;
    }
    if (known == null) {
      known = new ActiveDiagnosis(start(r, iteration, epoch));
      if (tried != null && Advice.on(layout, measurement).isAt(tried.present())) {
        complete(known, tried); // the trial is only valid at the rates it started from
      }
      active.put(key, known);
      sink.accept(known.diagnosis);
      attachEffects(known.diagnosis, milder);
    } else if (finding.severity() != known.diagnosis.severity()) {
      return; // its more severe form is still active
    }
    current.add(known.diagnosis);
    known.expiry = iteration + finding.expiryIterations();
    soonestExpiry = Math.min(soonestExpiry, known.expiry);
  }

  /**
   * Adds the result of trying learning rates to the remedies of all active diagnoses of a family.
   *
   * @return the diagnosis with its current remedies
   */
  synchronized Diagnosis tried(Diagnosis against, TriedRates rates) {
    Diagnosis now = against;
    for (ActiveDiagnosis s : active.values()) {
      Diagnosis d = s.diagnosis;
      if (d.problem().is(against.problem().family())) {
        complete(s, rates);
        if (!s.diagnosis.equals(d)) {
          sink.accept(s.diagnosis);
        }
        now = d.id() == against.id() ? s.diagnosis : now;
      }
    }
    return now;
  }

  private void complete(ActiveDiagnosis s, TriedRates tried) {
    s.tried = tried;
    s.diagnosis =
        s.diagnosis.withRemedies(
            Advice.on(layout, measurement).tried(s.diagnosis.remedies(), tried));
  }

  private Diagnosis start(Reported r, long iteration, int epoch) {
    Finding f = r.finding;
    Diagnosis cause = causeOf(f);
    Message message = message(r);
    return new Diagnosis(
        nextId++,
        r.detector,
        f.problem(),
        f.severity(),
        f.layer(),
        f.layer() < 0 ? "" : layout.layers().get(f.layer()).name(),
        f.parameter(),
        f.parameter() < 0 ? "" : layout.parameters().get(f.parameter()).key(),
        iteration,
        epoch,
        f.observed(),
        f.comparison(),
        f.threshold(),
        message,
        remedies(r),
        f.origin(),
        cause == null ? -1 : cause.id(),
        -1);
  }

  /** {@return the detector's remedies, or the usual ones for the problem if it has none} */
  private List<Remedy> remedies(Reported r) {
    List<Remedy> own = List.of();
    Guard guard = remedies.get(r.detector);
    if (guard == null || !guard.isOff()) {
      try {
        own = List.copyOf(r.finding.remedies().get());
      } catch (Throwable e) {
        failed(remedies, r, "remedies", "its diagnoses advise what usually helps", e);
      }
    }
    return own.isEmpty() ? CommonAdvice.on(r.finding, Advice.on(layout, measurement)) : own;
  }

  /**
   * {@return the detector's message, or the problem's name if a message of this detector has
   * failed}
   */
  private Message message(Reported r) {
    Guard guard = sentences.get(r.detector);
    if (guard == null || !guard.isOff()) {
      try {
        return Objects.requireNonNull(r.finding.message().get(), "the message");
      } catch (Throwable e) {
        failed(sentences, r, "sentences", "its diagnoses name the problem alone", e);
      }
    }
    return Message.of("diagnosis.unexplained", Argument.text(r.finding.problem().name()));
  }

  private static void failed(
      Map<String, Guard> guards, Reported r, String what, String lost, Throwable cause) {
    guards
        .computeIfAbsent(
            r.detector,
            name -> Guard.switchingOff("One of the " + what + " of detector " + name, lost))
        .failed(cause);
  }

  /**
   * {@return the earliest active diagnosis that can cause a finding and is no milder, or is an
   * early sign of it; null for none}
   */
  private @Nullable Diagnosis causeOf(Finding finding) {
    if (isBadData(finding.origin())) {
      return null; // bad data have no cause in the network
    }
    Diagnosis earliest = null;
    for (ActiveDiagnosis s : active.values()) {
      Diagnosis d = s.diagnosis;
      boolean isSevereEnough =
          d.severity().compareTo(finding.severity()) >= 0 || d.problem().family().isEarlySign();
      if (isSevereEnough
          && CausalOrder.explains(
              d.problem().family(), d.layer(), finding.problem().family(), finding.layer())
          && (earliest == null || d.id() < earliest.id())) {
        earliest = d;
      }
    }
    return earliest;
  }

  private static boolean isBadData(@Nullable NonFiniteOrigin origin) {
    return origin != null && origin.isBadData();
  }

  /**
   * Marks a new diagnosis as the cause of older active ones that it explains: of other families,
   * because their detectors may be faster, and only if these are no more severe. An early sign is
   * not one if it comes later.
   *
   * @param milder id of its milder form, whose effects it takes over; -1 for none
   */
  private void attachEffects(Diagnosis cause, long milder) {
    for (ActiveDiagnosis s : active.values()) {
      Diagnosis d = s.diagnosis;
      boolean orphan = d.causeId() < 0 || d.causeId() == milder;
      boolean sameFamily = d.problem().is(cause.problem().family());
      boolean mustComeFirst = sameFamily || cause.problem().family().isEarlySign();
      boolean isTooLate = mustComeFirst && d.iteration() < cause.iteration();
      if (orphan
          && !isTooLate
          && d.severity().compareTo(cause.severity()) <= 0
          && d.id() != cause.id()
          && cause.causeId() != d.id()
          && !isBadData(d.origin())
          && CausalOrder.explains(
              cause.problem().family(), cause.layer(), d.problem().family(), d.layer())) {
        s.diagnosis = d.causedBy(cause.id());
        sink.accept(s.diagnosis);
      }
    }
  }

  /** Ends diagnoses that were not reported within their expiry. */
  void expire(long iteration) {
    if (iteration <= soonestExpiry) {
      return;
    }
    synchronized (this) {
      soonestExpiry = Long.MAX_VALUE;
      for (Iterator<ActiveDiagnosis> all = active.values().iterator(); all.hasNext(); ) {
        ActiveDiagnosis s = all.next();
        if (iteration > s.expiry) {
          all.remove();
          end(s, iteration);
        } else {
          soonestExpiry = Math.min(soonestExpiry, s.expiry);
        }
      }
    }
  }

  private void end(ActiveDiagnosis s, long iteration) {
    Diagnosis resolved = s.diagnosis.ended(iteration);
    ended.addLast(resolved);
    if (ended.size() > MAX_RESOLVED) {
      ended.removeFirst();
    }
    sink.accept(resolved);
  }

  synchronized List<Diagnosis> diagnoses() {
    List<Diagnosis> all = new ArrayList<>(ended);
    for (ActiveDiagnosis s : active.values()) {
      all.add(s.diagnosis);
    }
    all.sort(Comparator.comparingLong(Diagnosis::id));
    return all;
  }
}
