package dev.traininghealth.publish;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NumericLimits;
import dev.traininghealth.numbers.ParameterRole;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.SegmentRows;
import dev.traininghealth.record.Series;
import dev.traininghealth.record.Series.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Converts a row of cells into the values of a run's series. The norm of a layer or of the network
 * is the root of the sum of its parameters' squared norms. Update:parameter ratios are computed
 * from such norms.
 */
final class RowReader {
  /** The series that are copied from a cell. */
  private final int[] copiedSeries;

  private final int[] copiedCells;

  /** The parameters of the computed norms, the network's first. */
  private final List<Norms> norms = new ArrayList<>();

  private final ParameterNorms parameterNorms;

  private final int validationScore;

  private final boolean[] trained;

  private final RowLayout shape;

  /** Whether a learning rate can be lowered; otherwise its factor is not recorded. */
  private final boolean intervenes;

  /** The target series and the source parameters of the norms of a layer or of the network. */
  private static final class Norms {
    final int gradient;
    final int weight;
    final int update;

    /** -1 for the network, of which no ratio is recorded. */
    final int ratio;

    /** The parameters that have gradient and update. */
    final int[] trained;

    /** The parameters whose weights count. */
    final int[] weights;

    Norms(RunDescription run, Scope scope, int index, int[] trained, int[] weights) {
      gradient = run.indexOf(Quantity.GRADIENT_NORM, scope, index);
      weight = run.indexOf(Quantity.WEIGHT_NORM, scope, index);
      update = run.indexOf(Quantity.UPDATE_NORM, scope, index);
      ratio = run.indexOf(Quantity.UPDATE_RATIO, scope, index);
      this.trained = trained;
      this.weights = weights;
    }
  }

  RowReader(RunDescription run, NetworkLayout layout, RowLayout shape) {
    this.shape = shape;
    intervenes = run.intervenes();
    validationScore = run.indexOf(Quantity.VALIDATION_SCORE, Scope.RUN, 0);
    List<int[]> copied = new ArrayList<>();
    for (int s = 0; s < run.series().size(); s++) {
      int cell = cellOf(run.series().get(s));
      if (cell >= 0) {
        copied.add(new int[] {s, cell});
      }
    }
    copiedSeries = copied.stream().mapToInt(c -> c[0]).toArray();
    copiedCells = copied.stream().mapToInt(c -> c[1]).toArray();
    parameterNorms = new ParameterNorms(run, shape);

    trained = new boolean[layout.parameters().size()];
    for (int p = 0; p < trained.length; p++) {
      trained[p] = layout.parameters().get(p).isTrained();
    }
    IntPredicate weight = p -> layout.parameters().get(p).role() != ParameterRole.STATISTIC;
    int all = layout.parameters().size();
    int[] allTrained = IntStream.range(0, all).filter(p -> trained[p]).toArray();
    norms.add(new Norms(run, Scope.RUN, 0, allTrained, allTrained));
    for (int l = 0; l < layout.layers().size(); l++) {
      NetworkLayout.Layer layer = layout.layers().get(l);
      if (layer.parameterCount() > 0) {
        int first = layer.firstParameter();
        int[] parameters = IntStream.range(first, first + layer.parameterCount()).toArray();
        int[] layerTrained = IntStream.of(parameters).filter(p -> trained[p]).toArray();
        int[] layerWeights =
            layerTrained.length > 0
                ? layerTrained
                : IntStream.of(parameters).filter(weight).toArray();
        norms.add(new Norms(run, Scope.LAYER, l, layerTrained, layerWeights));
      }
    }
  }

  /** {@return for each parameter whether it has gradient and update} */
  boolean[] trained() {
    return trained.clone();
  }

  /** The cell that a series is copied from, or -1 for a computed one. */
  private int cellOf(Series series) {
    int i = series.index();
    return switch (series.scope()) {
      case RUN ->
          series.quantity() == Quantity.LEARNING_RATE_FACTOR && !intervenes
              ? -1
              : RowLayout.cellOfRun(series.quantity());
      case LAYER -> shape.cellOfLayer(series.quantity(), i);
      case PARAMETER ->
          series.quantity() == Quantity.LARGEST_SINGULAR_VALUE
              ? shape.singularValues + IntStream.of(shape.matrices).boxed().toList().indexOf(i)
              : -1;
    };
  }

  /** Sets the validation score of the last row. */
  void readValidation(double score, SegmentRows rows) {
    set(rows, validationScore, score);
  }

  /** Sets every series of the last row except the validation score, which is added separately. */
  void read(double[] cells, int at, SegmentRows rows) {
    for (int i = 0; i < copiedSeries.length; i++) {
      set(rows, copiedSeries[i], cells[at + copiedCells[i]]);
    }
    for (int i = 0; i < norms.size(); i++) {
      Norms n = norms.get(i);
      double weight = norm(cells, at + shape.weightNorms, n.weights);
      double update = norm(cells, at + shape.updateNorms, n.trained);
      set(rows, n.gradient, norm(cells, at + shape.gradientNorms, n.trained));
      set(rows, n.weight, weight);
      set(rows, n.update, update);
      if (n.ratio >= 0) {
        set(rows, n.ratio, ratio(update, weight));
      }
    }
    parameterNorms.read(cells, at, rows);
  }

  /** Sets a value unless it was not measured. */
  static void set(SegmentRows rows, int series, double value) {
    if (!Measurement.isAbsent(value)) {
      rows.set(series, value);
    }
  }

  /**
   * The root of the sum of squares of the present cells. Squares of norms of 1e200 or 1e-200 are
   * out of a double's range, so that such norms are divided by the largest first.
   */
  static double norm(double[] cells, int at, int[] offsets) {
    double largest = Measurement.absent();
    double sum = 0;
    for (int offset : offsets) {
      double value = cells[at + offset];
      if (Double.isNaN(value)) {
        if (Measurement.isAbsent(value)) {
          continue;
        }
        return Double.NaN;
      }
      largest = largest >= value ? largest : value;
      sum += value * value;
    }
    if (!(largest > 0) || largest == Double.POSITIVE_INFINITY) {
      return largest;
    }
    if (NumericLimits.canBeSquared(largest)) {
      return Math.sqrt(sum);
    }
    sum = 0;
    for (int offset : offsets) {
      double value = cells[at + offset];
      if (!Double.isNaN(value)) {
        sum += value / largest * (value / largest);
      }
    }
    return Math.min(largest * Math.sqrt(sum), Double.MAX_VALUE);
  }

  /** Update norm divided by weight norm; absent if the weight norm is 0 or not measured. */
  private static double ratio(double update, double weight) {
    if (Measurement.isAbsent(update) || Measurement.isAbsent(weight) || weight == 0) {
      return Measurement.absent();
    }
    if (!Double.isFinite(update) || !Double.isFinite(weight)) {
      return Double.NaN;
    }
    return Math.min(update / weight, Double.MAX_VALUE);
  }
}
