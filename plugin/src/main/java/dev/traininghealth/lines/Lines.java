package dev.traininghealth.lines;

import dev.traininghealth.json.BoundedJson;
import java.io.IOException;
import java.io.StringWriter;
import org.nd4j.shade.jackson.core.JsonGenerator;

/** Lines of one worker that are not yet in the file. */
final class Lines {
  private final String session;
  private final String worker;
  private final StringWriter text = new StringWriter();

  /** Writes the fields of a line after those that each has. */
  interface Fields {
    void writeTo(JsonGenerator out) throws IOException;
  }

  Lines(String session, String worker) {
    this.session = session;
    this.worker = worker;
  }

  /**
   * Adds a line.
   *
   * @param type its kind
   * @param fields its own fields
   */
  void add(String type, Fields fields) throws IOException {
    try (JsonGenerator out = BoundedJson.generator(text)) {
      out.writeStartObject();
      out.writeStringField(LineNames.TYPE, type);
      out.writeStringField(LineNames.SESSION, session);
      out.writeStringField(LineNames.WORKER, worker);
      fields.writeTo(out);
      out.writeEndObject();
    }
    text.write('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
