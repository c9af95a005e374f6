package dev.traininghealth.ui;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The page's texts, read from the message files on the class path without DL4J's UI.
 *
 * @hidden
 */
public final class PageTexts {
  /** The plugin's message files, before the code of their language. */
  public static final String PREFIX = "dl4j_i18n/train.health.";

  /** DL4J's message files with the texts of all its training pages. */
  private static final String STOCK_PREFIX = "dl4j_i18n/train.";

  private PageTexts() {}

  /**
   * The texts of a language. Missing ones are in English; those of DL4J are missing without its UI.
   */
  static Map<String, String> in(Language language) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Language each : new Language[] {Language.ENGLISH, language}) {
      for (String prefix : new String[] {STOCK_PREFIX, PREFIX}) {
        String path = prefix + each.code();
        try {
          if (PageTexts.class.getResource("/" + path) != null) {
            texts.putAll(read(path));
          }
        } catch (IOException e) {
          throw new UncheckedIOException("The message file " + path + " cannot be read", e);
        }
      }
    }
    return texts;
  }

  /**
   * Reads a message file as DL4J does: lines of {@code key=text} in UTF-8, others ignored.
   *
   * @param path of the file on the class path
   * @return the texts by their keys
   * @throws IOException if there is no such file
   */
  public static Map<String, String> read(String path) throws IOException {
    Map<String, String> messages = new LinkedHashMap<>();
    try (InputStream in = PageTexts.class.getResourceAsStream("/" + path)) {
      if (in == null) {
        throw new IOException("There is no message file " + path + " on the class path");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int equals = line.indexOf('=');
        if (equals > 0 && !line.startsWith("#")) {
          messages.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
    }
    return messages;
  }
}
