package dev.traininghealth.measure;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.numbers.NonFiniteOrigin;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/**
 * Scans arrays whose first dimension counts the examples of a minibatch. It counts non-finite
 * elements, collects the examples that have them, and finds the largest finite magnitudes. Layers
 * that are applied to each step of a series store one step after another, each with all examples.
 * The example is therefore the position modulo the number of examples.
 */
final class ExampleScan {
  private final ArrayBinding binding;
  private final int examples;

  /** Number of non-finite elements in the latest array. */
  long count;

  /** Examples with non-finite elements in the latest array. */
  final BitSet affected = new BitSet();

  /** Largest finite magnitude in all arrays so far; NaN before the first. */
  double largest = Double.NaN;

  /** Largest finite magnitude of each example in all arrays so far. */
  final double[] largestOf;

  ExampleScan(ArrayBinding binding, int examples) {
    this.binding = binding;
    this.examples = examples;
    largestOf = new double[examples];
  }

  /** Scans an array and returns whether it has non-finite elements; integer arrays have none. */
  boolean scan(@Nullable INDArray array) {
    count = 0;
    affected.clear();
    if (array == null || array.isEmpty() || !array.isR() || array.length() == 0) {
      return false;
    }
    // In order c, position in memory and position in the array are the same for every kernel.
    boolean inOrder = array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array);
    INDArray ordered = inOrder ? array : array.dup('c');
    MeasuredArray elements = binding.bind(ordered);
    long places = array.rank() == 0 ? 1 : array.size(0);
    boolean byExample = examples > 0 && places % examples == 0;
    long perPlace = array.length() / places;
    long k = 0;
    for (long place = 0; place < places; place++) {
      int example = byExample ? (int) (place % examples) : -1;
      long before = count;
      double largestHere = byExample ? largestOf[example] : 0;
      for (long end = k + perPlace; k < end; k++) {
        double magnitude = Math.abs(elements.at(k));
        if (!(magnitude < Double.POSITIVE_INFINITY)) {
          count++;
        } else if (magnitude > largestHere) {
          largestHere = magnitude;
        }
      }
      largest = largest >= largestHere ? largest : largestHere;
      if (byExample) {
        largestOf[example] = largestHere;
        if (count > before) {
          affected.set(example);
        }
      }
    }
    if (!inOrder) {
      OffHeapMemory.release(ordered);
    }
    return count > 0;
  }

  /** The examples with an element of at least this magnitude in any array so far. */
  BitSet examplesAbove(double magnitude) {
    BitSet above = new BitSet();
    for (int example = 0; example < examples; example++) {
      if (largestOf[example] >= magnitude) {
        above.set(example);
      }
    }
    return above;
  }

  /** The first of these examples, at most as many as a {@link NonFiniteOrigin} lists. */
  static List<Integer> listed(BitSet examples) {
    List<Integer> list = new ArrayList<>();
    for (int example = examples.nextSetBit(0);
        example >= 0 && list.size() < NonFiniteOrigin.MAX_EXAMPLES;
        example = examples.nextSetBit(example + 1)) {
      list.add(example);
    }
    return list;
  }

  /** The number of non-finite elements of an array. */
  static long nonFinite(MeasuredArray array) {
    long count = 0;
    for (long k = 0; k < array.length(); k++) {
      if (!Double.isFinite(array.at(k))) {
        count++;
      }
    }
    return count;
  }
}
