package dev.traininghealth.compare;

import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.text.NumberText;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run held against a baseline run that was good: in what it departs, from where on, and how the
 * configurations differ.
 *
 * <p>Random labels and corrupted data lower the training score just as well, only less far. Without
 * validation data, only such a comparison shows them. Two runs of one set-up that differ in their
 * seeds alone do not depart.
 */
public final class RunComparison {
  /** Maximum of differences of the configuration in the printed text. */
  private static final int MAX_PRINTED_DIFFERENCES = 20;

  /** Maximum of departures in the printed text and in the sentences. */
  private static final int MAX_PRINTED_DEPARTURES = 20;

  /** Maximum of differences of the configuration in a sentence. */
  private static final int MAX_NAMED_DIFFERENCES = 3;

  /** More digits of a factor would be noise. */
  private static final MathContext FACTOR_DIGITS = new MathContext(2);

  private static final Comparator<ComparedSeries> BY_PLACE =
      Comparator.comparing((ComparedSeries s) -> !s.departs())
          .thenComparingLong(s -> s.departs() ? s.iteration() : 0);

  private final @Nullable RunDescription run;
  private final long firstIteration;
  private final long lastIteration;
  private final double iterationRatio;
  private final List<ComparedSeries> series;
  private final List<ConfigurationDifference> differences;
  private final List<Message> notes;
  private final @Nullable Message reason;

  RunComparison(
      RunDescription run,
      long firstIteration,
      long lastIteration,
      double iterationRatio,
      List<ComparedSeries> series,
      List<ConfigurationDifference> differences,
      List<Message> notes) {
    this.run = run;
    this.firstIteration = firstIteration;
    this.lastIteration = lastIteration;
    this.iterationRatio = iterationRatio;
    this.series = series.stream().sorted(BY_PLACE).toList();
    this.differences = List.copyOf(differences);
    this.notes = List.copyOf(notes);
    this.reason = null;
  }

  private RunComparison(Message reason, List<ConfigurationDifference> differences) {
    this.run = null;
    this.firstIteration = -1;
    this.lastIteration = -1;
    this.iterationRatio = 1;
    this.series = List.of();
    this.differences = List.copyOf(differences);
    this.notes = List.of();
    this.reason = reason;
  }

  static RunComparison impossible(Message reason, List<ConfigurationDifference> differences) {
    return new RunComparison(reason, differences);
  }

  /** {@return whether the runs were compared; otherwise {@link #message} says why not} */
  public boolean isPossible() {
    return reason == null;
  }

  /** {@return whether the run departs from its baseline run, in anything but the time of a step} */
  public boolean departs() {
    return series.stream().anyMatch(s -> s.departs() && s.counts());
  }

  /** {@return the run's first iteration that was compared; -1 if it was not compared} */
  public long firstIteration() {
    return firstIteration;
  }

  /** {@return the run's last iteration that was compared; -1 if it was not compared} */
  public long lastIteration() {
    return lastIteration;
  }

  /**
   * {@return how many iterations of the run an iteration of the baseline run is compared with: 1
   * unless the minibatches differ, so that the runs are compared by examples}
   */
  public double iterationRatio() {
    return iterationRatio;
  }

  /**
   * {@return all compared series: those that depart in the order of their iterations, then the
   * others}
   */
  public List<ComparedSeries> series() {
    return series;
  }

  /** {@return the series in which the run departs, in the order of their iterations} */
  public List<ComparedSeries> departures() {
    return series.stream().filter(ComparedSeries::departs).toList();
  }

  /**
   * {@return the layer whose gradients or updates depart first; empty if none does, or if the
   * layers differ}
   */
  public OptionalInt firstLayer() {
    return departures().stream()
        .filter(s -> s.layer() >= 0 && s.quantity() != Quantity.LEARNING_RATE)
        .mapToInt(ComparedSeries::layer)
        .findFirst();
  }

  /**
   * {@return the settings in which the configurations of the networks differ; none if a storage
   * does not have its configuration}
   */
  public List<ConfigurationDifference> differences() {
    return differences;
  }

  /** {@return what was left out of the comparison, and why} */
  public List<Message> notes() {
    return notes;
  }

  /** {@return the result in a sentence: where it departs first, or why there is no comparison} */
  public Message message() {
    Message against = reason;
    if (against != null) {
      return against;
    }
    List<ComparedSeries> counted = departures().stream().filter(ComparedSeries::counts).toList();
    if (counted.isEmpty()) {
      return Message.of(
          "say.compare.together", Argument.count(firstIteration), Argument.count(lastIteration));
    }
    Message first = ofSeries(counted.get(0));
    // The score is what counts; most often something else departs before it.
    return counted.stream()
        .skip(1)
        .filter(s -> s.quantity() == Quantity.SCORE)
        .findFirst()
        .map(score -> first.then(ofSeries(score)))
        .orElse(first);
  }

  /** {@return a sentence with the first settings that differ; empty if none does} */
  public Optional<Message> differenceMessage() {
    if (differences.isEmpty()) {
      return Optional.empty();
    }
    String named =
        differences.stream()
            .limit(MAX_NAMED_DIFFERENCES)
            .map(d -> d.setting() + " (" + shown(d.baseline()) + " → " + shown(d.run()) + ")")
            .collect(Collectors.joining("; "));
    String more = differences.size() > MAX_NAMED_DIFFERENCES ? "; …" : "";
    return Optional.of(Message.of("say.compare.differ", Argument.text(named + more)));
  }

  /**
   * {@return a sentence about a series of this comparison}
   *
   * @param s a series that departs
   */
  public Message ofSeries(ComparedSeries s) {
    String key = "say.compare." + s.quantity();
    Argument from = Argument.count(s.iteration());
    Argument factor =
        Double.isNaN(s.factor())
            ? Argument.phrase(
                "say.compare.instead",
                Argument.number(s.value()),
                Argument.number(s.baselineValue()))
            : Argument.phrase("say.compare.times", Argument.number(rounded(s.factor())));
    RunDescription of = run;
    if (s.layer() < 0 || of == null) {
      return Message.of(key, from, factor);
    }
    return Message.of(key + "Layer", from, factor, layer(of, s.layer()));
  }

  private static double rounded(double factor) {
    return new BigDecimal(factor).round(FACTOR_DIGITS).doubleValue();
  }

  private static Argument layer(RunDescription run, int index) {
    RunDescription.Layer layer = run.layers().get(index);
    String name = layer.name();
    boolean named = !name.equals("layer" + index) && !name.equals(String.valueOf(index));
    return new Argument.Layer(index, named ? name : "", layer.type(), layer.activation());
  }

  /**
   * {@return the comparison in plain English text, several lines without a line break at the end}
   */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add(message().english());
    notes.forEach(note -> lines.add(note.english()));
    List<ComparedSeries> departures = departures();
    departures.stream()
        .limit(MAX_PRINTED_DEPARTURES)
        .forEach(s -> lines.add("  " + ofSeries(s).english()));
    more(departures.size() - MAX_PRINTED_DEPARTURES, lines);
    if (!differences.isEmpty()) {
      lines.add(Message.of("say.compare.differences").english());
      differences.stream()
          .limit(MAX_PRINTED_DIFFERENCES)
          .forEach(
              d ->
                  lines.add(
                      "  " + d.setting() + ": " + shown(d.baseline()) + " -> " + shown(d.run())));
      more(differences.size() - MAX_PRINTED_DIFFERENCES, lines);
    }
    return String.join("\n", lines);
  }

  private static String shown(String value) {
    return value.isEmpty() ? "\u2013" : value;
  }

  private static void more(int count, List<String> lines) {
    if (count > 0) {
      lines.add("  and " + NumberText.count(count) + " more");
    }
  }
}
