package dev.traininghealth.ui;

import java.util.Arrays;
import java.util.List;

/** The languages of DL4J's training UI, by the code at the end of its message file names. */
enum Language {
  ENGLISH("en"),
  GERMAN("de"),
  JAPANESE("ja"),
  KOREAN("ko"),
  RUSSIAN("ru"),
  CHINESE("zh");

  private final String code;

  Language(String code) {
    this.code = code;
  }

  String code() {
    return code;
  }

  /** The language of a code, or English if DL4J has no messages for it. */
  static Language of(String code) {
    return all().stream().filter(l -> l.code.equals(code)).findFirst().orElse(ENGLISH);
  }

  static List<Language> all() {
    return Arrays.asList(values());
  }
}
