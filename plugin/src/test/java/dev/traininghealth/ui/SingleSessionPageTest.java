package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.ui.i18n.DefaultI18N;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {"heatmap", "profile"})
  void shouldWriteBesideTheNamesOfLayersThatNothingWasMeasured(String chart) {
    browser().open(page().address("/train/health"));
    browser().until("window.trainingHealth");
    browser().evaluate("document.querySelector('[data-choice=WEIGHT_NORM]').click()");
    browser().until("trainingHealth.data.heatmap.quantity === 'WEIGHT_NORM'");
    browser().until("!document.querySelector('#" + chart + " .overlay-note').hidden");

    assertThat(
            browser()
                .evaluate(
                    """
                    (({ grid: [{ left }] }, note) => note.offsetLeft >= left)(
                      trainingHealth.charts.%1$s.getOption(),
                      document.querySelector('#%1$s .overlay-note'))"""
                        .formatted(chart)))
        .isEqualTo(true);
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
