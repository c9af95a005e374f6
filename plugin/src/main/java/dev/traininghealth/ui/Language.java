package dev.traininghealth.ui;

import java.util.Arrays;
import java.util.List;

/**
 * The languages of DL4J's training UI, by the code at the end of its message file names.
 *
 * @hidden
 */
public enum Language {
  /** English, which stands in for a missing text. */
  ENGLISH("en"),
  /** German. */
  GERMAN("de"),
  /** Japanese. */
  JAPANESE("ja"),
  /** Korean. */
  KOREAN("ko"),
  /** Russian. */
  RUSSIAN("ru"),
  /** Chinese. */
  CHINESE("zh");

  private final String code;

  Language(String code) {
    this.code = code;
  }

  /** {@return the code, e.g. {@code en}} */
  public String code() {
    return code;
  }

  /**
   * {@return the language of a code, or English if DL4J has no messages for it}
   *
   * @param code e.g. {@code de}
   */
  public static Language of(String code) {
    return all().stream().filter(l -> l.code.equals(code)).findFirst().orElse(ENGLISH);
  }

  /** {@return all languages, English first} */
  public static List<Language> all() {
    return Arrays.asList(values());
  }
}
