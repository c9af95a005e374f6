package dev.traininghealth.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The English texts of the message file that the page also reads, so that each text is written
 * once.
 */
final class EnglishTexts {
  private static final Logger log = LoggerFactory.getLogger(EnglishTexts.class);

  private static final String FILE = "/dl4j_i18n/train.health.en";
  private static final String PREFIX = "train.health.";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\d)}");
  private static final Map<String, String> TEXTS = read();

  private EnglishTexts() {}

  /**
   * {@return the text of a key with its placeholders filled in, or key and arguments if it is
   * unknown}
   */
  static String fill(String key, List<String> arguments) {
    String text = TEXTS.get(key);
    if (text == null) {
      return arguments.isEmpty() ? key : key + " (" + String.join(", ", arguments) + ")";
    }
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            place -> {
              int index = place.group(1).charAt(0) - '0';
              return index < arguments.size() ? Matcher.quoteReplacement(arguments.get(index)) : "";
            });
  }

  private static Map<String, String> read() {
    Map<String, String> texts = new HashMap<>();
    try (InputStream in = EnglishTexts.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IOException("no such resource");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int equals = line.indexOf('=');
        if (equals > 0 && line.startsWith(PREFIX)) {
          texts.put(line.substring(PREFIX.length(), equals), line.substring(equals + 1));
        }
      }
    } catch (IOException e) {
      log.warn(
          "The resource {} of the plugin's jar cannot be read. Diagnoses and interventions show the"
              + " keys of their texts. Training is not affected. Check that the jar is complete.",
          FILE,
          e);
    }
    return Map.copyOf(texts);
  }
}
