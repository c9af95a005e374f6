package dev.traininghealth.numbers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * State as named numbers, arrays and sections, in the order in which they were put.
 *
 * <p>The state is kept in memory and in files. Arrays are copied when put and when read.
 *
 * <p>Methods that read throw an {@link IllegalArgumentException} that names what is missing, has
 * another type or is out of range. A whole number can also be read as a {@code double}.
 */
public final class SavedNumbers {
  /** Values of type Long, Double, long[], double[] or SavedNumbers. */
  private final Map<String, Object> values = new LinkedHashMap<>();

  /** Creates an empty set of numbers. */
  public SavedNumbers() {}

  /**
   * Puts a whole number, replacing any value of that name.
   *
   * @param name not null
   * @param value any number
   * @return this
   */
  public SavedNumbers put(String name, long value) {
    return set(name, value);
  }

  /**
   * Puts a number, replacing any value of that name.
   *
   * @param name not null
   * @param value any number, including NaN and Infinity
   * @return this
   */
  public SavedNumbers put(String name, double value) {
    return set(name, value);
  }

  /**
   * Puts a boolean, replacing any value of that name.
   *
   * @param name not null
   * @param value the boolean, which is saved as 1 or 0
   * @return this
   */
  public SavedNumbers put(String name, boolean value) {
    return set(name, value ? 1L : 0L);
  }

  /**
   * Puts whole numbers, replacing any value of that name.
   *
   * @param name not null
   * @param array the numbers, which are copied
   * @return this
   */
  public SavedNumbers put(String name, long[] array) {
    return set(name, array.clone());
  }

  /**
   * Puts whole numbers, replacing any value of that name.
   *
   * @param name not null
   * @param array the numbers, which are copied
   * @return this
   */
  public SavedNumbers put(String name, int[] array) {
    return set(name, Arrays.stream(array).asLongStream().toArray());
  }

  /**
   * Puts numbers, replacing any value of that name.
   *
   * @param name not null
   * @param array the numbers, which are copied
   * @return this
   */
  public SavedNumbers put(String name, double[] array) {
    return set(name, array.clone());
  }

  /**
   * Puts a section, replacing any value of that name.
   *
   * @param name not null
   * @param section the section, which is not copied
   * @return this
   */
  public SavedNumbers put(String name, SavedNumbers section) {
    return set(name, section);
  }

  private SavedNumbers set(String name, Object value) {
    values.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, name));
    return this;
  }

  /**
   * Adds an empty section.
   *
   * @param name the section's name
   * @return the section, to be filled
   */
  public SavedNumbers newSection(String name) {
    put(name, new SavedNumbers());
    return getSection(name);
  }

  /** {@return all names, in the order in which they were first put} */
  public List<String> names() {
    return new ArrayList<>(values.keySet());
  }

  /**
   * {@return whether there is a number, array or section of this name}
   *
   * @param name the name to look for
   */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /**
   * Returns the value of a name, whatever its type. Arrays are not copied and must not be changed.
   *
   * @param name the name to look for
   * @return a Long, Double, long[], double[] or SavedNumbers
   * @throws IllegalArgumentException if there is nothing of that name
   */
  public Object get(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("there is no value named \"" + name + "\"");
    }
    return value;
  }

  /**
   * {@return the number of a name}
   *
   * @param name its name
   * @throws IllegalArgumentException if there is no number of that name
   */
  public double getDouble(String name) {
    Object value = get(name);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw wrongType(name, "number");
  }

  /**
   * {@return the whole number of a name}
   *
   * @param name its name
   * @throws IllegalArgumentException if there is no whole number of that name
   */
  public long getLong(String name) {
    Object value = get(name);
    if (value instanceof Long number) {
      return number;
    }
    throw wrongType(name, "whole number");
  }

  /**
   * {@return the whole number of a name, which must be in a range}
   *
   * @param name its name
   * @param min smallest allowed value
   * @param max largest allowed value
   * @throws IllegalArgumentException if there is no whole number of that name in the range
   */
  public int getInt(String name, int min, int max) {
    long value = getLong(name);
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is " + value + ", but must be " + min + " to " + max);
    }
    return (int) value;
  }

  /**
   * {@return the boolean of a name, which was saved as 0 or 1}
   *
   * @param name its name
   * @throws IllegalArgumentException if there is neither 0 nor 1 of that name
   */
  public boolean getBoolean(String name) {
    return getInt(name, 0, 1) == 1;
  }

  /**
   * {@return a copy of the whole numbers of a name}
   *
   * @param name their name
   * @throws IllegalArgumentException if there is no array of whole numbers of that name
   */
  public long[] getLongs(String name) {
    if (get(name) instanceof long[] array) {
      return array.clone();
    }
    throw wrongType(name, "array of whole numbers");
  }

  /**
   * {@return a copy of the whole numbers of a name, which must have a certain length}
   *
   * @param name their name
   * @param length required length
   * @throws IllegalArgumentException if there is no such array of that name and length
   */
  public long[] getLongs(String name, int length) {
    long[] array = getLongs(name);
    checkLength(name, array.length, length);
    return array;
  }

  /**
   * {@return the whole numbers of a name as ints}
   *
   * @param name their name
   * @throws IllegalArgumentException if there is no array of ints of that name
   */
  public int[] getInts(String name) {
    long[] array = getLongs(name);
    if (Arrays.stream(array).anyMatch(value -> value != (int) value)) {
      throw wrongType(name, "array of ints");
    }
    return Arrays.stream(array).mapToInt(value -> (int) value).toArray();
  }

  /**
   * {@return the whole numbers of a name as ints, which must have a certain length}
   *
   * @param name their name
   * @param length required length
   * @throws IllegalArgumentException if there is no such array of that name and length
   */
  public int[] getInts(String name, int length) {
    int[] array = getInts(name);
    checkLength(name, array.length, length);
    return array;
  }

  /**
   * {@return a copy of the numbers of a name}
   *
   * @param name their name
   * @throws IllegalArgumentException if there is no array of that name
   */
  public double[] getDoubles(String name) {
    Object value = get(name);
    if (value instanceof double[] array) {
      return array.clone();
    }
    if (value instanceof long[] array) {
      return Arrays.stream(array).asDoubleStream().toArray();
    }
    throw wrongType(name, "array");
  }

  /**
   * {@return a copy of the numbers of a name, which must have a certain length}
   *
   * @param name their name
   * @param length required length
   * @throws IllegalArgumentException if there is no array of that name and length
   */
  public double[] getDoubles(String name, int length) {
    double[] array = getDoubles(name);
    checkLength(name, array.length, length);
    return array;
  }

  private static void checkLength(String name, int length, int wanted) {
    if (length != wanted) {
      throw new IllegalArgumentException(
          "\"" + name + "\" has " + length + " numbers, but must have " + wanted);
    }
  }

  /**
   * {@return the section of a name}
   *
   * @param name its name
   * @throws IllegalArgumentException if there is no section of that name
   */
  public SavedNumbers getSection(String name) {
    if (get(name) instanceof SavedNumbers section) {
      return section;
    }
    throw wrongType(name, "section");
  }

  private static IllegalArgumentException wrongType(String name, String wanted) {
    return new IllegalArgumentException("\"" + name + "\" is not of type " + wanted);
  }

  /** Whether both have the same names with the same values of the same types. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SavedNumbers numbers
        && values.keySet().equals(numbers.values.keySet())
        && values.keySet().stream()
            .allMatch(name -> Objects.deepEquals(get(name), numbers.get(name)));
  }

  @Override
  public int hashCode() {
    return values.keySet().hashCode();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    values.forEach(
        (name, value) -> {
          text.append(text.length() > 1 ? ", " : "").append(name).append('=');
          if (value instanceof long[] array) {
            text.append(Arrays.toString(array));
          } else if (value instanceof double[] array) {
            text.append(Arrays.toString(array));
          } else {
            text.append(value);
          }
        });
    return text.append('}').toString();
  }
}
