package dev.traininghealth.numbers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Numbers by name, in the order in which they were put, and sections of them: state as it is kept
 * in memory and in files. Arrays are copied on their way in and out.
 *
 * <p>What is read is checked: a method that reads throws an {@link IllegalArgumentException} that
 * names what is missing, of another type or out of range. A whole number can be read as a {@code
 * double}, too.
 */
public final class SavedNumbers {
  /** Long, Double, long[], double[] or SavedNumbers. */
  private final Map<String, Object> values = new LinkedHashMap<>();

  /** Creates an empty set of numbers. */
  public SavedNumbers() {}

  /**
   * Puts a whole number, in the place of what had that name.
   *
   * @param name not null
   * @param value any
   * @return this
   */
  public SavedNumbers put(String name, long value) {
    return set(name, value);
  }

  /**
   * Puts a number, in the place of what had that name.
   *
   * @param name not null
   * @param value any, NaN and Infinity as well
   * @return this
   */
  public SavedNumbers put(String name, double value) {
    return set(name, value);
  }

  /**
   * Puts a yes or no, in the place of what had that name.
   *
   * @param name not null
   * @param value is saved as 1 or 0
   * @return this
   */
  public SavedNumbers put(String name, boolean value) {
    return set(name, value ? 1L : 0L);
  }

  /**
   * Puts whole numbers, in the place of what had that name.
   *
   * @param name not null
   * @param array is copied
   * @return this
   */
  public SavedNumbers put(String name, long[] array) {
    return set(name, array.clone());
  }

  /**
   * Puts whole numbers, in the place of what had that name.
   *
   * @param name not null
   * @param array is copied
   * @return this
   */
  public SavedNumbers put(String name, int[] array) {
    return set(name, Arrays.stream(array).asLongStream().toArray());
  }

  /**
   * Puts numbers, in the place of what had that name.
   *
   * @param name not null
   * @param array is copied
   * @return this
   */
  public SavedNumbers put(String name, double[] array) {
    return set(name, array.clone());
  }

  /**
   * Puts numbers of their own under a name, in the place of what had it.
   *
   * @param name not null
   * @param section is not copied
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
   * Lists all names.
   *
   * @return the names, in the order in which they were put first
   */
  public List<String> names() {
    return new ArrayList<>(values.keySet());
  }

  /**
   * Tells whether something has this name.
   *
   * @param name what to look for
   * @return whether there is a number, array or section of that name
   */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /**
   * Gives what has a name, whatever it is. Arrays are not copied here, and are not to be changed.
   *
   * @param name what to look for
   * @return a Long, Double, long[], double[] or SavedNumbers
   * @throws IllegalArgumentException if there is nothing of that name
   */
  public Object get(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("there is no \"" + name + "\"");
    }
    return value;
  }

  /**
   * Gives a number.
   *
   * @param name its name
   * @return the number
   * @throws IllegalArgumentException if there is no number of that name
   */
  public double getDouble(String name) {
    Object value = get(name);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw another(name, "number");
  }

  /**
   * Gives a whole number.
   *
   * @param name its name
   * @return the number
   * @throws IllegalArgumentException if there is no whole number of that name
   */
  public long getLong(String name) {
    Object value = get(name);
    if (value instanceof Long number) {
      return number;
    }
    throw another(name, "whole number");
  }

  /**
   * Gives a whole number that must lie in a range.
   *
   * @param name its name
   * @param least smallest that is allowed
   * @param most largest that is allowed
   * @return the number
   * @throws IllegalArgumentException if there is no whole number of that name, or it is out of
   *     range
   */
  public int getInt(String name, int least, int most) {
    long value = getLong(name);
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is " + value + ", and must be " + least + " to " + most);
    }
    return (int) value;
  }

  /**
   * Gives a yes or no.
   *
   * @param name its name
   * @return whether it is 1
   * @throws IllegalArgumentException if there is neither 0 nor 1 of that name
   */
  public boolean getBoolean(String name) {
    return getInt(name, 0, 1) == 1;
  }

  /**
   * Gives whole numbers.
   *
   * @param name their name
   * @return a copy of the array
   * @throws IllegalArgumentException if there is no array of whole numbers of that name
   */
  public long[] getLongs(String name) {
    if (get(name) instanceof long[] array) {
      return array.clone();
    }
    throw another(name, "array of whole numbers");
  }

  /**
   * Gives whole numbers, of which there must be so many.
   *
   * @param name their name
   * @param length how many
   * @return a copy of the array
   * @throws IllegalArgumentException if there is no such array of that name, or one of another
   *     length
   */
  public long[] getLongs(String name, int length) {
    long[] array = getLongs(name);
    checkLength(name, array.length, length);
    return array;
  }

  /**
   * Gives whole numbers that are ints.
   *
   * @param name their name
   * @return the array
   * @throws IllegalArgumentException if there is no array of ints of that name
   */
  public int[] getInts(String name) {
    long[] array = getLongs(name);
    if (Arrays.stream(array).anyMatch(value -> value != (int) value)) {
      throw another(name, "array of ints");
    }
    return Arrays.stream(array).mapToInt(value -> (int) value).toArray();
  }

  /**
   * Gives whole numbers that are ints, of which there must be so many.
   *
   * @param name their name
   * @param length how many
   * @return the array
   * @throws IllegalArgumentException if there is no such array of that name, or one of another
   *     length
   */
  public int[] getInts(String name, int length) {
    int[] array = getInts(name);
    checkLength(name, array.length, length);
    return array;
  }

  /**
   * Gives numbers.
   *
   * @param name their name
   * @return a copy of the array
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
    throw another(name, "array");
  }

  /**
   * Gives numbers, of which there must be so many.
   *
   * @param name their name
   * @param length how many
   * @return a copy of the array
   * @throws IllegalArgumentException if there is no array of that name, or one of another length
   */
  public double[] getDoubles(String name, int length) {
    double[] array = getDoubles(name);
    checkLength(name, array.length, length);
    return array;
  }

  private static void checkLength(String name, int length, int wanted) {
    if (length != wanted) {
      throw new IllegalArgumentException(
          "\"" + name + "\" has " + length + " numbers, and must have " + wanted);
    }
  }

  /**
   * Gives a section.
   *
   * @param name its name
   * @return the numbers of their own under that name
   * @throws IllegalArgumentException if there is no section of that name
   */
  public SavedNumbers getSection(String name) {
    if (get(name) instanceof SavedNumbers section) {
      return section;
    }
    throw another(name, "section");
  }

  private static IllegalArgumentException another(String name, String wanted) {
    return new IllegalArgumentException("\"" + name + "\" is no " + wanted);
  }

  /** Whether both have the same names with the same numbers, of the same types. */
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
