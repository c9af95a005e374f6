package dev.traininghealth.json;

import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonFactoryBuilder;
import org.nd4j.shade.jackson.core.JsonGenerator;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;

/**
 * Reads a JSON object token by token, without Jackson's binding to classes.
 *
 * <p>Bytes, depth, entries and the length of a number are limited. Objects become maps and arrays
 * become lists. Whole numbers that fit are {@code Long}, others {@code Double}. Fields with the
 * value null are left out.
 *
 * <p>Jackson takes a third of a second at its first use. Therefore the training thread never calls
 * this class.
 *
 * @hidden
 */
public final class BoundedJson {
  /** Maximum characters of a number; the longest that the plugin writes has 25. */
  private static final int MAX_NUMBER_LENGTH = 32;

  private static final JsonFactory WRITING = new JsonFactory();

  private final JsonParser json;
  private final Limits limits;
  private int entries;

  /**
   * Limits of a text.
   *
   * @param bytes maximum bytes of the text
   * @param depth maximum depth of nested objects and arrays
   * @param entries maximum number of names and values, which take far more memory than text
   */
  public record Limits(int bytes, int depth, int entries) {}

  private BoundedJson(JsonParser json, Limits limits) {
    this.json = json;
    this.limits = limits;
  }

  /**
   * Creates a generator.
   *
   * @param to the destination of the text
   * @return the generator
   * @throws IOException if it cannot be written to
   */
  public static JsonGenerator generator(Writer to) throws IOException {
    return WRITING.createGenerator(to);
  }

  /**
   * Reads an object.
   *
   * @param bytes text in UTF-8
   * @param offset of its first byte
   * @param length of the text
   * @param limits that it must keep
   * @return its fields in order
   * @throws InvalidObjectException if it is something else or exceeds a limit; its message has no
   *     subject, e.g. {@code its JSON is nested deeper than 16}
   */
  public static Map<String, Object> read(byte[] bytes, int offset, int length, Limits limits)
      throws InvalidObjectException {
    if (length > limits.bytes) {
      throw broken("it has " + length + " bytes of JSON, more than " + limits.bytes);
    }
    try (JsonParser json = reading().createParser(bytes, offset, length)) {
      BoundedJson reader = new BoundedJson(json, limits);
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw broken("it is no JSON object");
      }
      Map<String, Object> fields = reader.object(1);
      if (json.nextToken() != null) {
        throw broken("its JSON continues after its end");
      }
      return fields;
    } catch (InvalidObjectException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw broken(
          "its JSON cannot be read at byte "
              + (e.getLocation() == null
                  ? 0
                  : Math.max(0, e.getLocation().getByteOffset() - offset)));
    } catch (IOException | RuntimeException e) { // Jackson refuses names of equal hashes so
      throw broken("its JSON cannot be read: " + e.getClass().getSimpleName());
    }
  }

  /**
   * Creates a factory for one text. Its parsers share a table of names: one text with thousands of
   * names of equal hashes would spoil it for all others. No name is interned.
   */
  private static JsonFactory reading() {
    return new JsonFactoryBuilder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();
  }

  private Map<String, Object> object(int depth) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.getCurrentName();
      if (fields.containsKey(name)) {
        throw broken("its JSON has a name twice");
      }
      Object value = value(json.nextToken(), depth);
      if (value != null) {
        fields.put(name, value);
      }
    }
    return fields;
  }

  private List<@Nullable Object> array(int depth) throws IOException {
    List<@Nullable Object> values = new ArrayList<>();
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      values.add(value(token, depth));
    }
    return values;
  }

  private @Nullable Object value(@Nullable JsonToken token, int depth) throws IOException {
    entries++;
    if (entries > limits.entries) {
      throw broken("its JSON has more than " + limits.entries + " values");
    }
    if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
      if (depth == limits.depth) {
        throw broken("its JSON is nested deeper than " + limits.depth);
      }
      return token == JsonToken.START_OBJECT ? object(depth + 1) : array(depth + 1);
    }
    if (token == JsonToken.VALUE_STRING) {
      return json.getText();
    }
    if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
      return number(token);
    }
    if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
      return token == JsonToken.VALUE_TRUE;
    }
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    throw broken("its JSON ends too early");
  }

  private Object number(JsonToken token) throws IOException {
    if (json.getTextLength() > MAX_NUMBER_LENGTH) { // one of a million digits would take minutes
      throw broken("its JSON has a number longer than any");
    }
    if (token == JsonToken.VALUE_NUMBER_INT
        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      return json.getLongValue();
    }
    return json.getDoubleValue();
  }

  /**
   * Reads a number that may be written as a text.
   *
   * @param value as {@link #read} gives it
   * @return the number, of {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"} as well; null
   *     if it is none
   */
  public static @Nullable Double number(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if ("NaN".equals(value)) {
      return Double.NaN;
    }
    if ("Infinity".equals(value)) {
      return Double.POSITIVE_INFINITY;
    }
    return "-Infinity".equals(value) ? Double.NEGATIVE_INFINITY : null;
  }

  private static InvalidObjectException broken(String what) {
    return new InvalidObjectException(what);
  }
}
