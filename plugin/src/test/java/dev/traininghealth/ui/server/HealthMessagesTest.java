package dev.traininghealth.ui.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.text.Html;
import dev.traininghealth.ui.HealthPage;
import dev.traininghealth.ui.Language;
import dev.traininghealth.ui.PageTexts;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.deeplearning4j.ui.i18n.DefaultI18N;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class HealthMessagesTest {
  private static final Pattern PLACE = Pattern.compile("\\{\\d}");

  @ParameterizedTest
  @EnumSource
  void shouldHaveEveryTextInEveryLanguage(Language language) throws IOException {
    Map<String, String> english = PageTexts.read(PageTexts.PREFIX + "en");
    Map<String, String> texts = PageTexts.read(PageTexts.PREFIX + language.code());

    assertThat(english).hasSizeGreaterThan(50);
    assertThat(texts.keySet()).isEqualTo(english.keySet());
    texts.forEach(
        (key, text) -> {
          assertThat(text).as(key).isNotBlank();
          assertThat(places(text)).as(key).isEqualTo(places(english.getOrDefault(key, "")));
        });
  }

  private static Set<String> places(String text) {
    return PLACE.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @EnumSource
  void shouldAddTheTabToTheStockLabel(Language language) throws IOException {
    String label = DefaultI18N.getInstance().getMessage(language.code(), "train.nav.system");
    String stock = PageTexts.read("dl4j_i18n/train." + language.code()).get("train.nav.system");
    String health = PageTexts.read(PageTexts.PREFIX + language.code()).get(HealthMessages.TAB);

    assertThat(label)
        .startsWith(stock + "</a></li>")
        .endsWith("cui-shield\"></i>" + health)
        .containsOnlyOnce("href=\"health\"");
  }

  @ParameterizedTest
  @EnumSource
  void shouldFillEveryPlaceOfThePage(Language language) {
    String page = new HealthPage().in(language, HealthMessages.in(language));

    assertThat(page).doesNotContain("${").contains("<html lang=\"" + language.code() + "\"");
    assertThat(page).containsOnlyOnce("href=\"health\"").doesNotContain(">train.");
  }

  @Test
  void shouldTakeEnglishForALanguageThatDl4jDoesNotHave() {
    assertThat(Language.of("tlh")).isEqualTo(Language.ENGLISH);
  }

  @Test
  void shouldKeepTextsFromBecomingMarkup() {
    assertThat(Html.escape("<img src='x' onerror=\"a&b\">"))
        .isEqualTo("&lt;img src=&#39;x&#39; onerror=&quot;a&amp;b&quot;&gt;");
    assertThat(Html.inScript("{\"a\":\"</script><!--&\"}")).doesNotContain("<", ">", "&");
  }
}
