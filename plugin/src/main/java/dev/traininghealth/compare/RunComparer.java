package dev.traininghealth.compare;

import dev.traininghealth.read.Timeline;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Series.Scope;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares two recordings block by block.
 *
 * @hidden
 */
public final class RunComparer {
  /** Minimum of iterations that two runs must have in common. */
  public static final int MIN_ITERATIONS = DepartureSearch.MIN_BLOCKS * Blocks.MIN_ITERATIONS;

  /**
   * Ratio of the mean minibatch sizes from which on the runs are compared by examples. Below it the
   * positions differ by less than what {@link DepartureSearch#TIME_TOLERANCE} allows.
   */
  private static final double MIN_BATCH_RATIO = 1.1;

  /**
   * Smallest differences that matter, as logarithms of a factor: m of {@link DepartureSearch}. Two
   * seeds of one healthy set-up differ by less.
   */
  private static final Map<Quantity, Double> MARGINS =
      Map.of(
          Quantity.SCORE, Math.log(1.25),
          Quantity.VALIDATION_SCORE, Math.log(1.25),
          Quantity.GRADIENT_NORM, Math.log(2),
          Quantity.UPDATE_NORM, Math.log(2),
          Quantity.STEP_MILLIS, Math.log(2));

  /** The same for scores that are not above 0, as a share of the baseline run's whole course. */
  private static final double MARGIN_SHARE = 0.25;

  private static final List<Quantity> OF_RUN =
      List.of(Quantity.SCORE, Quantity.VALIDATION_SCORE, Quantity.STEP_MILLIS);

  private static final List<Quantity> OF_LAYERS =
      List.of(Quantity.GRADIENT_NORM, Quantity.UPDATE_NORM);

  private final Timeline baseline;
  private final Timeline run;
  private final List<Message> notes = new ArrayList<>();
  private final RowPositions baselineRows;
  private final RowPositions runRows;
  private final Blocks blocks;
  private final int[] baselineBlocks;
  private final int[] runBlocks;
  private final List<ConfigurationDifference> differences;
  private final List<String> baselineLosses;
  private final List<String> runLosses;

  /** A series of both: the layer that it is of, and its columns. */
  private record Pair(Quantity quantity, int layer, int baselineColumn, int runColumn) {}

  private RunComparer(Recording baseline, Recording run) {
    this.baseline = baseline.timeline();
    this.run = run.timeline();
    double baselineBatch = RowPositions.batchSize(this.baseline);
    double runBatch = RowPositions.batchSize(this.run);
    double ratio = runBatch / baselineBatch;
    boolean byExamples = ratio > MIN_BATCH_RATIO || ratio < 1 / MIN_BATCH_RATIO;
    if (byExamples) {
      notes.add(
          Message.of(
              "say.compare.byExamples", Argument.number(runBatch), Argument.number(baselineBatch)));
      baselineRows = RowPositions.ofExamples(this.baseline, baselineBatch);
      runRows = RowPositions.ofExamples(this.run, runBatch);
    } else {
      baselineRows = RowPositions.ofIterations(this.baseline);
      runRows = RowPositions.ofIterations(this.run);
    }
    blocks = Blocks.of(baselineRows, runRows, byExamples ? Math.max(baselineBatch, runBatch) : 1);
    baselineBlocks = blocks.ofRows(baselineRows);
    runBlocks = blocks.ofRows(runRows);
    differences = ConfigurationDiff.of(baseline.configuration(), run.configuration());
    baselineLosses = ConfigurationDiff.losses(baseline.configuration());
    runLosses = ConfigurationDiff.losses(run.configuration());
  }

  /**
   * Compares two recordings.
   *
   * @param baseline the run that was good; null if no iteration of it was recorded
   * @param run the run to judge; null likewise
   * @return the comparison, or why there is none
   */
  public static RunComparison compare(@Nullable Recording baseline, @Nullable Recording run) {
    if (baseline == null || run == null) {
      String which = baseline == null ? "baseline" : "run";
      return RunComparison.impossible(
          Message.of("say.compare.no.rows", Argument.phrase("say.compare." + which)), List.of());
    }
    return new RunComparer(baseline, run).compare();
  }

  private RunComparison compare() {
    Message reason = reasonAgainst();
    if (reason != null) {
      return RunComparison.impossible(reason, differences);
    }
    List<Pair> pairs = pairs();
    double quantile = DepartureSearch.quantile((long) pairs.size() * blocks.size());
    List<ComparedSeries> compared = new ArrayList<>();
    for (Pair pair : pairs) {
      ComparedSeries series = compare(pair, quantile);
      if (series != null) {
        compared.add(series);
      }
    }
    return new RunComparison(
        run.run(),
        runRows.iterationAt(blocks.begin(0)),
        runRows.iterationAt(blocks.end(blocks.size() - 1)),
        baselineRows.perIteration() / runRows.perIteration(),
        LearningRates.together(compared),
        differences,
        notes);
  }

  /** Why the runs cannot be compared; null if they can. */
  private @Nullable Message reasonAgainst() {
    if (!baselineLosses.equals(runLosses) && !baselineLosses.isEmpty() && !runLosses.isEmpty()) {
      return Message.of(
          "say.compare.no.loss",
          Argument.text(String.join(", ", runLosses)),
          Argument.text(String.join(", ", baselineLosses)));
    }
    if (blocks.size() < DepartureSearch.MIN_BLOCKS) {
      return Message.of(
          "say.compare.no.short",
          Argument.count(iterations(baseline)),
          Argument.count(iterations(run)),
          Argument.count(MIN_ITERATIONS));
    }
    for (RowPositions rows : List.of(baselineRows, runRows)) {
      BlockMeans scores = means(rows, rows.timeline().column(Quantity.SCORE));
      String which = rows == runRows ? "run" : "baseline";
      if (!scores.isAnyPresent()) {
        return Message.of("say.compare.no.score", Argument.phrase("say.compare." + which));
      }
      if (scores.isZero()) {
        return Message.of("say.compare.no.zero", Argument.phrase("say.compare." + which));
      }
    }
    return null;
  }

  private static long iterations(Timeline timeline) {
    return timeline.lastIteration() - timeline.firstIteration() + 1;
  }

  /** The series that both runs have. */
  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    RunDescription one = baseline.run();
    RunDescription other = run.run();
    boolean sameLayers = hasSameLayers(one, other);
    int layers = sameLayers ? other.layers().size() : 0;
    // First, because a rate is a cause: what departs at the same iteration is listed after it.
    for (int layer = 0; layer < layers; layer++) {
      pair(pairs, Quantity.LEARNING_RATE, Scope.LAYER, layer, layer, layer);
    }
    if (!sameLayers) {
      notes.add(Message.of("say.compare.otherLayers"));
      pair(pairs, Quantity.LEARNING_RATE, Scope.LAYER, firstRate(baseline), firstRate(run), -1);
    }
    for (Quantity quantity : OF_RUN) {
      pair(pairs, quantity, Scope.RUN, 0, 0, -1);
    }
    for (Quantity quantity : OF_LAYERS) {
      for (int layer = 0; layer < layers; layer++) {
        pair(pairs, quantity, Scope.LAYER, layer, layer, layer);
      }
    }
    return pairs;
  }

  private void pair(
      List<Pair> to, Quantity quantity, Scope scope, int ofBaseline, int ofRun, int layer) {
    int one = baseline.column(quantity, scope, ofBaseline);
    int other = run.column(quantity, scope, ofRun);
    if (one >= 0 && other >= 0) {
      to.add(new Pair(quantity, layer, one, other));
    }
  }

  /** The first layer that has a learning rate; 0 without one. */
  private static int firstRate(Timeline timeline) {
    return IntStream.range(0, timeline.run().layers().size())
        .filter(layer -> timeline.column(Quantity.LEARNING_RATE, Scope.LAYER, layer) >= 0)
        .findFirst()
        .orElse(0);
  }

  /** Whether gradients and updates of both have the same size if all is well. */
  private static boolean hasSameLayers(RunDescription one, RunDescription other) {
    return types(one).equals(types(other)) && sizes(one).equals(sizes(other));
  }

  private static List<String> types(RunDescription run) {
    return run.layers().stream().map(RunDescription.Layer::type).toList();
  }

  private static List<String> sizes(RunDescription run) {
    return run.parameters().stream().map(p -> p.key() + " " + p.length()).toList();
  }

  /** The comparison of a series; null if there are too few values, or none but 0. */
  private @Nullable ComparedSeries compare(Pair pair, double quantile) {
    BlockMeans allOfBaseline = means(baselineRows, pair.baselineColumn());
    BlockMeans allOfRun = means(runRows, pair.runColumn());
    int[] known =
        IntStream.range(0, blocks.size())
            .filter(k -> allOfBaseline.isPresent(k) && allOfRun.isPresent(k))
            .toArray();
    if (known.length < DepartureSearch.MIN_BLOCKS) {
      if (pair.quantity() == Quantity.VALIDATION_SCORE) {
        validationNote(allOfBaseline.isAnyPresent() || allOfRun.isAnyPresent());
      }
      return null;
    }
    double[] a = IntStream.of(known).mapToDouble(allOfBaseline::value).toArray();
    double[] b = IntStream.of(known).mapToDouble(allOfRun::value).toArray();
    if (Arrays.stream(a).allMatch(v -> v == 0) && Arrays.stream(b).allMatch(v -> v == 0)) {
      return null;
    }
    Scaled scaled = Scaled.of(a, b);
    int at;
    if (pair.quantity() == Quantity.LEARNING_RATE) {
      at = LearningRates.departure(scaled.baseline(), scaled.run());
    } else {
      double[] x = IntStream.of(known).mapToDouble(blocks::middle).toArray();
      double margin = scaled.isLogarithmic() ? margin(pair.quantity()) : MARGIN_SHARE;
      at = new DepartureSearch(x, quantile, margin).first(scaled.baseline(), scaled.run());
    }
    int last = Math.max(0, known.length - DepartureSearch.SUSTAINED_BLOCKS);
    int from = at < 0 ? last : at;
    double begin = blocks.begin(known[from]);
    return new ComparedSeries(
        pair.quantity(),
        pair.layer(),
        at >= 0,
        runRows.iterationAt(begin),
        baselineRows.iterationAt(begin),
        mean(b, from),
        mean(a, from),
        mean(b, last),
        mean(a, last));
  }

  private void validationNote(boolean any) {
    if (any) {
      notes.add(Message.of("say.compare.fewValidations"));
    }
  }

  private static double margin(Quantity quantity) {
    return MARGINS.getOrDefault(quantity, 0.0);
  }

  private BlockMeans means(RowPositions rows, int column) {
    int[] of = rows == runRows ? runBlocks : baselineBlocks;
    return column < 0
        ? BlockMeans.none(blocks.size())
        : BlockMeans.of(rows, of, blocks.size(), column);
  }

  /** The mean over the blocks of a departure. */
  private static double mean(double[] values, int from) {
    int to = Math.min(values.length, from + DepartureSearch.SUSTAINED_BLOCKS);
    return Arrays.stream(values, from, to).average().orElse(Double.NaN);
  }
}
