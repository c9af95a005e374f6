package dev.traininghealth.record;

import dev.traininghealth.json.BoundedJson;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * The JSON text of a record: one object, in UTF-8. Non-finite numbers are the strings {@code
 * "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 *
 * <p>It is read token by token into {@link JsonFields}, without Jackson's binding to classes and
 * with bounded memory. Jackson takes about 80 ms of CPU time at its first use. Therefore the
 * recorder's thread creates the records, never the training thread.
 */
final class RecordJson {
  /** Maximum bytes of a text; a network of 35,000 parameter arrays has that many. */
  static final int MAX_BYTES = 16 << 20;

  /** Maximum depth of nested objects and arrays; a tried remedy of the plugin has 17 levels. */
  static final int MAX_DEPTH = 64;

  /** Names and values, which take far more memory than text. */
  static final int MAX_ENTRIES = 1_000_000;

  private static final BoundedJson.Limits LIMITS =
      new BoundedJson.Limits(MAX_BYTES, MAX_DEPTH, MAX_ENTRIES);

  /** Writes the fields of an object that has been started. */
  interface Content {
    void writeTo(JsonGenerator out) throws IOException;
  }

  private RecordJson() {}

  static byte[] write(Content content) {
    // Of chars, since Jackson's own UTF-8 refuses half a surrogate pair, which a user's name may
    // be.
    StringWriter text = new StringWriter();
    try (JsonGenerator out = BoundedJson.generator(text)) {
      out.writeStartObject();
      content.writeTo(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a record cannot be written as JSON", e);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_BYTES) {
      throw new IllegalStateException(
          "a record of " + bytes.length + " bytes is larger than any reader takes: " + MAX_BYTES);
    }
    return bytes;
  }

  /** Reads an object from bytes that are not trusted. */
  static JsonFields read(byte[] bytes) throws RecordException {
    try {
      return new JsonFields(BoundedJson.read(bytes, 0, bytes.length, LIMITS));
    } catch (InvalidObjectException e) {
      throw new RecordException("broken record: " + e.getMessage());
    }
  }
}
