package dev.traininghealth.trial;

import static java.util.stream.Collectors.toList;

import dev.traininghealth.network.Minibatch;
import dev.traininghealth.text.Argument;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Examples of the kept minibatches that lie far outside the scale of the others. Their largest
 * magnitude is more than {@value #FAR_FACTOR} times that of the median example. If more than one
 * example in {@value #RARE_INTERVAL} is that large, it is a property of the data, and none is
 * suspected. No branch is scored on suspected examples, because one of them would outweigh all
 * others. A branch that does not step on them shows whether they cause the harm.
 */
final class SuspectedExamples implements AutoCloseable {
  private static final double FAR_FACTOR = 20;
  private static final int RARE_INTERVAL = 10;

  /** Maximum of minibatches in a message: enough to find the source. */
  private static final int MAX_NAMED_MINIBATCHES = 4;

  /** Maximum of examples of one minibatch in a message. */
  private static final int MAX_NAMED_EXAMPLES = 8;

  private static final Argument MORE = Argument.text("…");
  private static final int[] NONE = {};

  private final Map<KeptMinibatch, int[]> examples = new HashMap<>();
  private final List<KeptMinibatch> inOrder = new ArrayList<>();
  private final Map<KeptMinibatch, Minibatch> without = new HashMap<>();

  private SuspectedExamples() {}

  /** Searches for suspected examples; no array is changed. */
  static SuspectedExamples in(List<KeptMinibatch> kept) {
    List<boolean[]> far = new ArrayList<>();
    int all = 0;
    for (KeptMinibatch k : kept) {
      far.add(new boolean[k.minibatch().examples()]);
      all += k.minibatch().examples();
    }
    mark(kept, Minibatch::features, far);
    mark(kept, Minibatch::labels, far);
    SuspectedExamples suspected = new SuspectedExamples();
    int count = 0;
    for (int i = 0; i < far.size(); i++) {
      boolean[] of = far.get(i);
      int[] found = IntStream.range(0, of.length).filter(example -> of[example]).toArray();
      if (found.length > 0 && countsExamples(kept.get(i).minibatch())) {
        suspected.examples.put(kept.get(i), found);
        suspected.inOrder.add(kept.get(i));
        count += found.length;
      }
    }
    return count * RARE_INTERVAL > all ? new SuspectedExamples() : suspected;
  }

  private static void mark(
      List<KeptMinibatch> kept,
      Function<Minibatch, List<? extends @Nullable INDArray>> arrays,
      List<boolean[]> far) {
    int inputs = kept.isEmpty() ? 0 : arrays.apply(kept.get(0).minibatch()).size();
    for (int input = 0; input < inputs; input++) {
      List<double[]> magnitudes = new ArrayList<>();
      for (KeptMinibatch k : kept) {
        magnitudes.add(magnitudes(arrays.apply(k.minibatch()).get(input)));
      }
      double[] sorted = magnitudes.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
      double usual = sorted.length == 0 ? 0 : sorted[sorted.length / 2];
      for (int i = 0; i < far.size() && usual > 0; i++) {
        double[] of = magnitudes.get(i);
        for (int example = 0; example < Math.min(of.length, far.get(i).length); example++) {
          far.get(i)[example] |= of[example] > FAR_FACTOR * usual;
        }
      }
    }
  }

  /** The largest magnitude of each example. */
  private static double[] magnitudes(@Nullable INDArray array) {
    if (array == null || array.isEmpty() || array.rank() < 2 || !array.dataType().isFPType()) {
      return new double[0]; // indices have no scale
    }
    long examples = array.size(0);
    INDArray matrix = array.reshape(examples, array.length() / examples);
    // For a row of one element, ND4J's amax returns the element itself, with its sign and memory.
    INDArray largest = matrix.columns() == 1 ? matrix : matrix.amax(1);
    double[] values = largest.castTo(DataType.DOUBLE).reshape(examples).toDoubleVector();
    return Arrays.stream(values).map(Math::abs).toArray();
  }

  /** Whether the first dimension of every array counts the examples. */
  private static boolean countsExamples(Minibatch m) {
    return allOf(m).allMatch(a -> a == null || (a.rank() > 1 && a.size(0) == m.examples()));
  }

  private static Stream<@Nullable INDArray> allOf(Minibatch m) {
    return Stream.of(m.features(), m.featureMasks(), m.labels(), m.labelMasks(), m.layerMasks())
        .flatMap(List::stream);
  }

  /** Number of suspected examples in these minibatches. */
  int count(List<KeptMinibatch> among) {
    return among.stream().mapToInt(k -> examples.getOrDefault(k, NONE).length).sum();
  }

  /** The minibatches without suspected examples. */
  List<Minibatch> without(List<KeptMinibatch> kept) {
    List<Minibatch> rest = new ArrayList<>();
    for (KeptMinibatch k : kept) {
      Minibatch some = without(k);
      if (some != null) {
        rest.add(some);
      }
    }
    return rest;
  }

  /** A minibatch without suspected examples; null if no example is left. */
  @Nullable Minibatch without(KeptMinibatch kept) {
    int[] leftOut = examples.get(kept);
    Minibatch all = kept.minibatch();
    if (leftOut == null) {
      return all;
    }
    if (leftOut.length == all.examples()) {
      return null;
    }
    return without.computeIfAbsent(kept, k -> rest(all, leftOut));
  }

  private static Minibatch rest(Minibatch all, int[] leftOut) {
    long[] rest =
        IntStream.range(0, all.examples())
            .filter(example -> Arrays.binarySearch(leftOut, example) < 0)
            .asLongStream()
            .toArray();
    List<INDArray> features = new ArrayList<>();
    all.features().forEach(array -> features.add(examples(array, rest)));
    return new Minibatch(
        features,
        rest(all.featureMasks(), rest),
        rest(all.labels(), rest),
        rest(all.labelMasks(), rest),
        rest(all.layerMasks(), rest),
        all.states());
  }

  private static List<@Nullable INDArray> rest(List<@Nullable INDArray> arrays, long[] rest) {
    List<@Nullable INDArray> cut = new ArrayList<>();
    for (INDArray array : arrays) {
      cut.add(array == null ? null : examples(array, rest));
    }
    return cut;
  }

  private static INDArray examples(INDArray array, long[] rest) {
    return array.get(NDArrayIndex.indices(rest)).dup();
  }

  /** The suspected examples of the first minibatches, for the message to the user. */
  Argument named() {
    List<Argument> named = new ArrayList<>();
    inOrder.sort(Comparator.comparingLong(KeptMinibatch::iteration));
    for (KeptMinibatch k : inOrder.subList(0, Math.min(MAX_NAMED_MINIBATCHES, inOrder.size()))) {
      int[] of = examples.getOrDefault(k, NONE);
      List<Argument> some =
          Arrays.stream(of)
              .limit(MAX_NAMED_EXAMPLES)
              .mapToObj(r -> Argument.count(r))
              .collect(toList());
      if (of.length > MAX_NAMED_EXAMPLES) {
        some.add(MORE);
      }
      named.add(
          Argument.phrase(
              of.length == 1 ? "trial.row" : "trial.rows",
              new Argument.Listing(some),
              Argument.count(k.iteration())));
    }
    if (inOrder.size() > MAX_NAMED_MINIBATCHES) {
      named.add(MORE);
    }
    return new Argument.Listing(named);
  }

  @Override
  public void close() {
    for (Minibatch m : without.values()) {
      m.release();
    }
    without.clear();
  }
}
