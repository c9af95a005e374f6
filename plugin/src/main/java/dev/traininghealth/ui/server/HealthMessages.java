package dev.traininghealth.ui.server;

import dev.traininghealth.ui.Language;
import dev.traininghealth.ui.PageTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.ui.api.I18N;
import org.deeplearning4j.ui.i18n.DefaultI18N;
import org.deeplearning4j.ui.i18n.I18NResource;
import org.jspecify.annotations.Nullable;

/** The page's texts, which use DL4J's own internationalization. */
final class HealthMessages {
  static final String TAB = "train.health.tab";

  private HealthMessages() {}

  /** The texts that the module adds to DL4J's messages: its own texts, then the tab. */
  static List<I18NResource> resources() {
    List<I18NResource> resources = new ArrayList<>();
    for (Language language : Language.all()) {
      resources.add(new I18NResource(PageTexts.PREFIX + language.code()));
    }
    for (Language language : Language.all()) {
      resources.add(new NavigationTab(language));
    }
    return resources;
  }

  /**
   * The language that was chosen on the stock pages.
   *
   * @param session the session of a page in multi-session mode, in which each session has its own
   *     language; null in single-session mode
   */
  static Language chosen(@Nullable String session) {
    return Language.of(i18n(session).getDefaultLanguage());
  }

  /** All messages of a language, including DL4J's own; missing ones are in English. */
  static Map<String, String> in(Language language) {
    return i18n(null).getMessages(language.code());
  }

  private static I18N i18n(@Nullable String session) {
    return session == null ? DefaultI18N.getInstance() : DefaultI18N.getInstance(session);
  }
}
