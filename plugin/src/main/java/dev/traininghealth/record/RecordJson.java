package dev.traininghealth.record;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
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
 * The JSON text of a record: one object, in UTF-8, whose numbers that are not finite are the
 * strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}. It is read token by token into
 * {@link JsonFields}, without any of Jackson's binding to classes, and what that takes is bounded.
 *
 * <p>Jackson takes about 80 ms of CPU time when it is first used: records are made on the
 * recorder's thread, never on the one that trains.
 */
final class RecordJson {
  /** Bytes of a text: a network of 35,000 parameter arrays has that many. */
  static final int MAX_BYTES = 16 << 20;

  /** Objects and arrays within each other; the plugin's own have four. */
  static final int MAX_DEPTH = 16;

  /** Names and values, which take far more memory than text. */
  static final int MAX_ENTRIES = 1_000_000;

  /** Characters of a number; the longest that is written has 25. */
  private static final int MAX_NUMBER_LENGTH = 32;

  /** It keeps none of the names that it reads. */
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private final JsonParser json;
  private int entries;

  /** Writes the fields of an object that has been started. */
  interface Content {
    void writeTo(JsonGenerator out) throws IOException;
  }

  private RecordJson(JsonParser json) {
    this.json = json;
  }

  static JsonGenerator generator(Writer to) throws IOException {
    return FACTORY.createGenerator(to);
  }

  static byte[] write(Content content) {
    // Of chars, since Jackson's own UTF-8 refuses half a surrogate pair, which a user's name may
    // be.
    StringWriter text = new StringWriter();
    try (JsonGenerator out = generator(text)) {
      out.writeStartObject();
      content.writeTo(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a record cannot be written as JSON", e);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Reads an object from bytes that are not trusted. */
  static JsonFields read(byte[] bytes) throws RecordException {
    if (bytes.length > MAX_BYTES) {
      throw broken("it has " + bytes.length + " bytes of JSON, more than " + MAX_BYTES);
    }
    try (JsonParser json = FACTORY.createParser(bytes)) {
      RecordJson reader = new RecordJson(json);
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw broken("it is no JSON object");
      }
      JsonFields fields = reader.object(1);
      if (json.nextToken() != null) {
        throw broken("its JSON goes on after its end");
      }
      return fields;
    } catch (JsonProcessingException e) {
      throw broken(
          "its JSON cannot be read at byte "
              + (e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset())));
    } catch (IOException e) {
      throw broken("its JSON cannot be read: " + e.getClass().getSimpleName());
    }
  }

  private JsonFields object(int depth) throws IOException, RecordException {
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
    return new JsonFields(fields);
  }

  private List<@Nullable Object> array(int depth) throws IOException, RecordException {
    List<@Nullable Object> values = new ArrayList<>();
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      values.add(value(token, depth));
    }
    return values;
  }

  private @Nullable Object value(@Nullable JsonToken token, int depth)
      throws IOException, RecordException {
    entries++;
    if (entries > MAX_ENTRIES) {
      throw broken("its JSON has more than " + MAX_ENTRIES + " values");
    }
    if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
      if (depth == MAX_DEPTH) {
        throw broken("its JSON is nested deeper than " + MAX_DEPTH);
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

  /** A long where it is a whole number that fits, else a double. */
  private Object number(JsonToken token) throws IOException, RecordException {
    if (json.getTextLength() > MAX_NUMBER_LENGTH) { // one of a million digits would take minutes
      throw broken("its JSON has a number longer than any");
    }
    if (token == JsonToken.VALUE_NUMBER_INT
        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      return json.getLongValue();
    }
    return json.getDoubleValue();
  }

  private static RecordException broken(String what) {
    return new RecordException("broken record: " + what);
  }
}
