package dev.traininghealth.ui;

import dev.traininghealth.record.Quantity;
import dev.traininghealth.text.Html;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * The page: the template next to this class, filled with the texts of a language.
 *
 * @hidden
 */
public final class HealthPage {
  /** DL4J's label of its last tab, to which the server's messages add the Health tab as markup. */
  public static final String STOCK_LABEL = "train.nav.system";

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([a-z][A-Za-z.]*)}");
  private static final String KEY_PREFIX = "train.health.";

  private final String template;

  /** Reads the template. */
  public HealthPage() {
    this.template = template();
  }

  /**
   * {@return the page in a language}
   *
   * @param language the language
   * @param messages its texts by their keys, those of DL4J included
   */
  public String in(Language language, Map<String, String> messages) {
    return in(
        language,
        messages,
        "<p class=\"loading\">" + message("train.health.loading", messages) + "</p>");
  }

  /**
   * {@return the page of a session that no storage has: it says what it waits for}
   *
   * @param language the language
   * @param messages its texts by their keys, those of DL4J included
   * @param session the name of the session
   */
  public String awaiting(Language language, Map<String, String> messages, String session) {
    String text = message("train.health.unknown.text", messages);
    return in(
        language,
        messages,
        "<div class=\"empty-state\"><h3>"
            + message("train.health.unknown.title", messages)
            + "</h3><p>"
            + text.replace("{0}", Html.escape(session))
            + "</p></div>");
  }

  /** A page that shows some markup until it has data. */
  private String in(Language language, Map<String, String> messages, String empty) {
    Matcher placeholder = PLACEHOLDER.matcher(template);
    StringBuilder page = new StringBuilder();
    while (placeholder.find()) {
      placeholder.appendReplacement(
          page, Matcher.quoteReplacement(text(placeholder.group(1), language, messages, empty)));
    }
    return placeholder.appendTail(page).toString();
  }

  /** {@return the styles and scripts to which the page refers, read from the class path} */
  public PageFiles files() {
    return PageFiles.of(template);
  }

  private static String message(String key, Map<String, String> messages) {
    return Html.escape(messages.getOrDefault(key, key));
  }

  private static String text(
      String name, Language language, Map<String, String> messages, String empty) {
    return switch (name) {
      case "empty" -> empty;
      case "language" -> language.code();
      case "labels" -> Html.inScript(labels(messages));
      case "quantities" -> Html.inScript(quantities());
      // Not escaped, as in DL4J's own templates: this label contains the Health tab, which is
      // markup.
      case STOCK_LABEL -> messages.getOrDefault(name, "");
      default -> message(name, messages);
    };
  }

  /** The texts that the scripts use, without their common prefix. */
  private static String labels(Map<String, String> messages) {
    Map<String, String> labels = new TreeMap<>();
    messages.forEach(
        (key, text) -> {
          if (key.startsWith(KEY_PREFIX)) {
            labels.put(key.substring(KEY_PREFIX.length()), text);
          }
        });
    return json(labels);
  }

  /** The quantities that can be shown over the layers: name and scale of each. */
  private static String quantities() {
    Map<String, String> scales = new LinkedHashMap<>();
    Quantity.ofLayers().forEach(q -> scales.put(q.name(), q.layerScale().name()));
    return json(scales);
  }

  private static String json(Map<String, String> texts) {
    StringWriter json = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(json)) {
      out.writeStartObject();
      for (Map.Entry<String, String> text : texts.entrySet()) {
        out.writeStringField(text.getKey(), text.getValue());
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return json.toString();
  }

  private static String template() {
    try (InputStream in = HealthPage.class.getResourceAsStream("health.html")) {
      if (in == null) {
        throw new IllegalStateException("health.html is missing next to " + HealthPage.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
