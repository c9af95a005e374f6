package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.ui.i18n.DefaultI18N;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SingleSessionPageTest extends HealthPageContract {
  @Override
  ServedPage serve() {
    return ServedPage.singleSession();
  }

  @AfterEach
  void restoreTheLanguageOfTheProcess() {
    DefaultI18N.getInstance().setDefaultLanguage("en");
  }

  @Override
  void choose(String session) {
    browser().open(page().address("/train/health"));
    browser().until("document.getElementById('sessionSelect').options.length === 2");
    browser()
        .evaluate(
            "(select => { select.value = '"
                + session
                + "'; select.dispatchEvent(new Event('change')); return true; })"
                + "(document.getElementById('sessionSelect'))");
  }

  @Test
  void shouldSayWhatToDoWhenNothingTrains() {
    browser().open("about:blank");
    page().detachAll();
    browser().open(page().address("/train/health"));
    browser().until("document.body.dataset.state === 'empty'");

    assertThat(browser().evaluate("document.getElementById('empty').textContent"))
        .asString()
        .contains("No training attached yet", "TrainingHealthListener.observing(storage)");
  }
}
