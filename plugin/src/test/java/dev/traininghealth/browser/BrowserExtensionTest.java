package dev.traininghealth.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class BrowserExtensionTest {
  @Test
  void shouldSkipAndSayWhyWhereNoBrowserIs() {
    var extension = new BrowserExtension(Map.of("PATH", ""));

    assertThat(extension.condition().isDisabled()).isTrue();
    assertThat(extension.condition().getReason().orElseThrow()).contains("no Chromium");
  }

  @Test
  void shouldFailWhereNoBrowserIsUnderCi() {
    var extension = new BrowserExtension(Map.of("PATH", "", "CI", "true"));

    assertThat(extension.condition().isDisabled()).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(extension::demand)
        .withMessageContaining("CI is true")
        .withMessageContaining("chromium-driver");
  }
}
