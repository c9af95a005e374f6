package dev.traininghealth.ui.server;

import dev.traininghealth.text.Html;
import dev.traininghealth.ui.HealthPage;
import dev.traininghealth.ui.Language;
import dev.traininghealth.ui.PageTexts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.deeplearning4j.ui.i18n.I18NResource;

/**
 * DL4J's label of its last tab, followed by the Health tab.
 *
 * <p>The tabs of DL4J's pages are fixed in its templates, which insert each label unescaped. A
 * label that closes its own list item and opens another one is therefore one more tab on every
 * stock page. DL4J's label is read from its own message file, so that it does not change.
 */
final class NavigationTab extends I18NResource {
  /** Fills the rows of the stock pages that DL4J leaves empty; does nothing on other pages. */
  private static final String STOCK_PAGES_SCRIPT =
      "<script src=\"/assets/health/stock-pages.js\" defer></script>";

  private final Language language;

  NavigationTab(Language language) {
    // DL4J reads only the language from the name; the content is created below.
    super("dl4j_i18n/train.health.navigation." + language.code());
    this.language = language;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    String stock = message(language, "dl4j_i18n/train.", HealthPage.STOCK_LABEL);
    String health = Html.escape(message(language, PageTexts.PREFIX, HealthMessages.TAB));
    String line =
        HealthPage.STOCK_LABEL
            + "="
            + stock
            + "</a></li>"
            + STOCK_PAGES_SCRIPT
            + "<li class=\"nav-item\"><a class=\"nav-link\" href=\"health\">"
            + "<i class=\"nav-icon cui-shield\"></i>"
            + health;
    return new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8));
  }

  private static String message(Language language, String file, String key) throws IOException {
    String message = PageTexts.read(file + language.code()).get(key);
    if (message == null) {
      message = PageTexts.read(file + Language.ENGLISH.code()).get(key);
    }
    if (message == null) {
      throw new IOException("no message " + key + " in " + file + Language.ENGLISH.code());
    }
    return message;
  }
}
