package dev.traininghealth.ui;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page itself: the template beside this class with the texts of a language in it. */
final class HealthPage {
  private static final Pattern PLACE = Pattern.compile("\\$\\{([a-z][A-Za-z.]*)}");
  private static final String OWN = "train.health.";

  private final String template;

  HealthPage() {
    this.template = template();
  }

  /** The page in a language. */
  String in(Language language) {
    Map<String, String> messages = HealthMessages.in(language);
    Matcher place = PLACE.matcher(template);
    StringBuilder page = new StringBuilder();
    while (place.find()) {
      place.appendReplacement(
          page, Matcher.quoteReplacement(text(place.group(1), language, messages)));
    }
    return place.appendTail(page).toString();
  }

  private static String text(String name, Language language, Map<String, String> messages) {
    return switch (name) {
      case "language" -> language.code();
      case "labels" -> Html.inScript(labels(messages));
      // As in DL4J's own templates: this label carries the Health tab, which is markup.
      case NavigationTab.STOCK_LABEL -> messages.getOrDefault(name, "");
      default -> Html.escape(messages.getOrDefault(name, name));
    };
  }

  /** What the scripts write: the page's own texts, without their common prefix. */
  private static String labels(Map<String, String> messages) {
    StringWriter json = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(json)) {
      out.writeStartObject();
      for (Map.Entry<String, String> message : new TreeMap<>(messages).entrySet()) {
        if (message.getKey().startsWith(OWN)) {
          out.writeStringField(message.getKey().substring(OWN.length()), message.getValue());
        }
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
        throw new IllegalStateException("health.html is missing beside " + HealthPage.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
