package dev.traininghealth.record;

import dev.traininghealth.json.BoundedJson;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Writes a {@link Message} as JSON and reads it: {@code {"key": …, "arguments": [{"number": 1.5},
 * …]}}. Each argument is an object with one field that is named after its type. An argument of an
 * unknown type, as from a later version, is read as an empty text.
 *
 * @hidden
 */
public final class MessageJson {
  private static final Message EMPTY = Message.literal("");

  private MessageJson() {}

  /**
   * Writes a message in the form that the page reads.
   *
   * @param message the message to write
   * @return a JSON object
   */
  public static String text(Message message) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = BoundedJson.generator(text)) {
      write(message, out);
    } catch (IOException e) {
      throw new IllegalStateException("a message cannot be written as JSON", e);
    }
    return text.toString();
  }

  static void write(Message message, JsonGenerator out) throws IOException {
    out.writeStartObject();
    if (!message.key().isEmpty()) {
      out.writeStringField("key", message.key());
    }
    write("arguments", message.arguments(), out);
    out.writeEndObject();
  }

  private static void write(String name, List<Argument> arguments, JsonGenerator out)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (Argument each : arguments) {
      out.writeStartObject();
      write(each, out);
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void write(Argument argument, JsonGenerator out) throws IOException {
    if (argument instanceof Argument.Value number) {
      out.writeNumberField("number", number.value());
    } else if (argument instanceof Argument.Share share) {
      out.writeNumberField("share", share.value());
    } else if (argument instanceof Argument.Count count) {
      out.writeNumberField("count", count.value());
    } else if (argument instanceof Argument.Text text) {
      out.writeStringField("text", text.value());
    } else if (argument instanceof Argument.Layer layer) {
      out.writeObjectFieldStart("layer");
      out.writeNumberField("index", layer.index());
      out.writeStringField("name", layer.name());
      out.writeStringField("type", layer.type());
      out.writeStringField("activation", layer.activation());
      out.writeEndObject();
    } else if (argument instanceof Argument.Phrase phrase) {
      out.writeFieldName("message");
      write(phrase.message(), out);
    } else if (argument instanceof Argument.Listing listing) {
      write("list", listing.of(), out);
    }
  }

  static Message read(@Nullable JsonFields in) throws RecordException {
    return in == null ? EMPTY : new Message(in.text("key", ""), arguments(in, "arguments"));
  }

  private static List<Argument> arguments(JsonFields in, String name) throws RecordException {
    List<Argument> arguments = new ArrayList<>();
    for (JsonFields each : in.objects(name)) {
      arguments.add(argument(each));
    }
    return arguments;
  }

  private static Argument argument(JsonFields in) throws RecordException {
    if (in.has("number")) {
      return new Argument.Value(in.number("number", Double.NaN));
    }
    if (in.has("share")) {
      return new Argument.Share(in.number("share", Double.NaN));
    }
    if (in.has("count")) {
      return new Argument.Count(in.wholeNumber("count"));
    }
    JsonFields layer = in.object("layer");
    if (layer != null) {
      return new Argument.Layer(
          layer.integer("index", -1),
          layer.text("name", ""),
          layer.text("type", ""),
          layer.text("activation", ""));
    }
    JsonFields message = in.object("message");
    if (message != null) {
      return new Argument.Phrase(read(message));
    }
    return in.has("list")
        ? new Argument.Listing(arguments(in, "list"))
        : new Argument.Text(in.text("text", ""));
  }
}
