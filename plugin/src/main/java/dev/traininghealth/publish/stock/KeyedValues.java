package dev.traininghealth.publish.stock;

import dev.traininghealth.text.Html;
import java.io.Serial;
import java.io.Serializable;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Values of parameters or layers by their keys, as DL4J's reports need them. All reports share the
 * keys, so that a value takes 8 bytes in memory instead of 60. NaN means that there is no value.
 * Unmodifiable.
 */
final class KeyedValues extends AbstractMap<String, Double> implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private final Keys keys;
  private final double[] values;
  private final int size;

  /** The keys in order, and the position of each. The pages insert them into markup: as HTML. */
  static final class Keys implements Serializable {
    @Serial private static final long serialVersionUID = 1L;
    private final ArrayList<String> names;
    private final HashMap<String, Integer> positions = new HashMap<>();

    Keys(List<String> names) {
      this.names = new ArrayList<>();
      for (String name : names) {
        positions.put(Html.escape(name), this.names.size());
        this.names.add(Html.escape(name));
      }
    }

    List<String> names() {
      return names;
    }
  }

  KeyedValues(Keys keys, double[] values) {
    this.keys = keys;
    this.values = values;
    int present = 0;
    for (double value : values) {
      present += Double.isNaN(value) ? 0 : 1;
    }
    size = present;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return get(key) != null;
  }

  @Override
  public @Nullable Double get(@Nullable Object key) {
    Integer position = keys.positions.get(key);
    return position == null || Double.isNaN(values[position]) ? null : values[position];
  }

  @Override
  public Set<Map.Entry<String, Double>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public Iterator<Map.Entry<String, Double>> iterator() {
        List<Map.Entry<String, Double>> entries = new ArrayList<>(size);
        for (int i = 0; i < values.length; i++) {
          if (!Double.isNaN(values[i])) {
            entries.add(Map.entry(keys.names.get(i), values[i]));
          }
        }
        return entries.iterator();
      }
    };
  }
}
