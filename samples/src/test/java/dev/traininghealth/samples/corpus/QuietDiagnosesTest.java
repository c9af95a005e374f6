package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class QuietDiagnosesTest {
  private final Logger diagnoses = LoggerFactory.getLogger(QuietDiagnoses.LOGGER);
  private final Logger plugin = LoggerFactory.getLogger("dev.traininghealth");

  @Test
  void shouldSilenceDiagnosesAloneAndForATime() throws Exception {
    assertThat(Class.forName(QuietDiagnoses.LOGGER)).isNotNull();
    try (QuietDiagnoses quiet = new QuietDiagnoses()) {
      quiet.start();
      assertThat(diagnoses.isErrorEnabled()).isFalse();
      assertThat(plugin.isWarnEnabled()).isTrue();
    }
    assertThat(diagnoses.isWarnEnabled()).isTrue();
  }
}
