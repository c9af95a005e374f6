package dev.traininghealth.samples.corpus;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** The fields of a case or of a part of it; error messages have its place. */
final class Fields {
  private final String place;
  private final JsonNode object;

  /**
   * Wraps an object.
   *
   * @param place its place as the start of a sentence: {@code "Case so-1, layer 2"}
   */
  Fields(String place, JsonNode object) throws CorpusException {
    this.place = place;
    this.object = object;
    if (!object.isObject()) {
      throw new CorpusException(place + ": must be a JSON object, was " + object);
    }
  }

  /** Whether the field exists and is not null. */
  boolean has(String key) {
    return object.hasNonNull(key);
  }

  /** The field's value, unchecked, for messages. */
  String shown(String key) {
    return String.valueOf(object.get(key));
  }

  /** An error that begins with the place. */
  CorpusException error(String what) {
    return new CorpusException(place + ": " + what);
  }

  /** The error for a value that is not one of the known ones. */
  CorpusException unknown(String key, Collection<String> known) {
    return error(
        key + " " + shown(key) + " is unknown; known: " + String.join(", ", new TreeSet<>(known)));
  }

  /** Fails if there is another field, because ignoring it would change the case. */
  void allowOnly(Collection<String> known) throws CorpusException {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name) && has(name)) {
        throw error(
            name
                + " = "
                + shown(name)
                + " is unknown here; known: "
                + String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  String text(String key) throws CorpusException {
    JsonNode value = value(key);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw error(key + " must be a text, was " + value);
    }
    return value.textValue();
  }

  String text(String key, String otherwise) throws CorpusException {
    return has(key) ? text(key) : otherwise;
  }

  /** A text, or null if there is none. */
  @Nullable String optional(String key) throws CorpusException {
    return has(key) ? text(key) : null;
  }

  /** The object, to be changed. */
  ObjectNode copy() {
    return object.deepCopy();
  }

  /** The names of the fields. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  double number(String key) throws CorpusException {
    JsonNode value = value(key);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw error(key + " must be a number, was " + value);
    }
    return value.doubleValue();
  }

  double number(String key, double otherwise) throws CorpusException {
    return has(key) ? number(key) : otherwise;
  }

  /** A whole number above 0. */
  int count(String key) throws CorpusException {
    return count(key, value(key));
  }

  private int count(String key, JsonNode value) throws CorpusException {
    double number = value.isNumber() ? value.doubleValue() : 0;
    if (number != Math.rint(number) || number < 1 || number > Integer.MAX_VALUE) {
      throw error(key + " must be whole and above 0, was " + shown(key));
    }
    return (int) number;
  }

  boolean flag(String key, boolean otherwise) throws CorpusException {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode value = value(key);
    if (!value.isBoolean()) {
      throw error(key + " must be true or false, was " + value);
    }
    return value.booleanValue();
  }

  List<String> texts(String key) throws CorpusException {
    List<String> texts = new ArrayList<>();
    if (has(key)) {
      for (JsonNode text : list(key)) {
        texts.add(text.asText());
      }
    }
    return List.copyOf(texts);
  }

  List<Integer> counts(String key) throws CorpusException {
    List<Integer> counts = new ArrayList<>();
    for (JsonNode number : list(key)) {
      counts.add(count(key, number));
    }
    return List.copyOf(counts);
  }

  /** Sizes in that many dimensions: a list, whose last size is repeated, or a number for all. */
  int[] sizes(String key, int dimensions) throws CorpusException {
    JsonNode value = value(key);
    List<Integer> counts = value.isNumber() ? List.of(count(key)) : counts(key);
    if (counts.isEmpty() || counts.size() > dimensions) {
      throw error(key + " must be a number or " + dimensions + " numbers, was " + value);
    }
    return IntStream.range(0, dimensions)
        .map(i -> counts.get(Math.min(i, counts.size() - 1)))
        .toArray();
  }

  /** An object in a field, or null. */
  @Nullable Fields child(String key) throws CorpusException {
    return has(key) ? new Fields(place + ", " + key, value(key)) : null;
  }

  /** The objects of a list; their places are numbered from 1. */
  List<Fields> children(String key, String name) throws CorpusException {
    List<Fields> children = new ArrayList<>();
    for (JsonNode child : list(key)) {
      children.add(new Fields(place + ", " + name + " " + (children.size() + 1), child));
    }
    return List.copyOf(children);
  }

  private JsonNode list(String key) throws CorpusException {
    JsonNode value = value(key);
    if (!value.isArray()) {
      throw error(key + " must be a list, was " + value);
    }
    return value;
  }

  private JsonNode value(String key) throws CorpusException {
    JsonNode value = object.get(key);
    if (value == null || value.isNull()) {
      throw error(key + " is missing");
    }
    return value;
  }
}
