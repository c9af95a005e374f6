package dev.traininghealth.record;

import dev.traininghealth.json.BoundedJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object that {@link RecordJson} has read.
 *
 * <p>A missing field, as in records of an earlier version, has the caller's default. An unknown
 * field, as in records of a later version, is ignored. A field of another type is an error.
 */
final class JsonFields {
  private final Map<String, Object> fields;

  JsonFields(Map<String, Object> fields) {
    this.fields = fields;
  }

  boolean has(String name) {
    return fields.containsKey(name);
  }

  /** {@return a whole number that the record must have} */
  long wholeNumber(String name) throws RecordException {
    if (!fields.containsKey(name)) {
      throw new RecordException("broken record: it has no " + name);
    }
    return wholeNumber(name, 0);
  }

  long wholeNumber(String name, long missing) throws RecordException {
    Object value = fields.getOrDefault(name, missing);
    if (value instanceof Long number) {
      return number;
    }
    throw wrong(name, "no whole number");
  }

  int integer(String name, int missing) throws RecordException {
    return toInt(name, wholeNumber(name, missing));
  }

  /** {@return any number, including non-finite ones} */
  double number(String name, double missing) throws RecordException {
    Double number = BoundedJson.number(fields.getOrDefault(name, missing));
    if (number != null) {
      return number;
    }
    throw wrong(name, "no number");
  }

  boolean flag(String name, boolean missing) throws RecordException {
    if (fields.getOrDefault(name, missing) instanceof Boolean flag) {
      return flag;
    }
    throw wrong(name, "neither true nor false");
  }

  /** A text without which the record is of no use. */
  String text(String name) throws RecordException {
    if (!fields.containsKey(name)) {
      throw new RecordException("broken record: it has no " + name);
    }
    return text(name, "");
  }

  String text(String name, String missing) throws RecordException {
    if (fields.getOrDefault(name, missing) instanceof String text) {
      return text;
    }
    throw wrong(name, "no text");
  }

  @Nullable JsonFields object(String name) throws RecordException {
    Object value = fields.get(name);
    if (value == null) {
      return null;
    }
    JsonFields object = of(value);
    if (object != null) {
      return object;
    }
    throw wrong(name, "no object");
  }

  /** {@return the objects of an array; none if it is missing} */
  List<JsonFields> objects(String name) throws RecordException {
    List<JsonFields> objects = new ArrayList<>();
    for (@Nullable Object each : array(name)) {
      JsonFields object = of(each);
      if (object == null) {
        throw wrong(name, "no array of objects");
      }
      objects.add(object);
    }
    return objects;
  }

  /** {@return the whole numbers of an array; none if it is missing} */
  List<Integer> integers(String name) throws RecordException {
    List<Integer> numbers = new ArrayList<>();
    for (@Nullable Object each : array(name)) {
      if (!(each instanceof Long number)) {
        throw wrong(name, "no array of whole numbers");
      }
      numbers.add(toInt(name, number));
    }
    return numbers;
  }

  /** {@return the texts of an object, by name and in order; none if it is missing} */
  Map<String, String> texts(String name) throws RecordException {
    JsonFields object = object(name);
    Map<String, String> texts = new LinkedHashMap<>();
    if (object != null) {
      for (String key : object.fields.keySet()) {
        texts.put(key, object.text(key));
      }
    }
    return texts;
  }

  @SuppressWarnings("unchecked") // BoundedJson makes no other maps
  private static @Nullable JsonFields of(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? new JsonFields((Map<String, Object>) map) : null;
  }

  private List<?> array(String name) throws RecordException {
    if (fields.getOrDefault(name, List.of()) instanceof List<?> list) {
      return list;
    }
    throw wrong(name, "no array");
  }

  private static int toInt(String name, long value) throws RecordException {
    if (value != (int) value) {
      throw wrong(name, "out of range: " + value);
    }
    return (int) value;
  }

  private static RecordException wrong(String name, String what) {
    return new RecordException("broken record: its " + name + " is " + what);
  }
}
