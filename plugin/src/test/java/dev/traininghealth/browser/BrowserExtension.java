package dev.traininghealth.browser;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens one browser for a test class and closes it at the end. On a machine without a browser the
 * class is skipped, and the log says so; where {@code CI} is {@code true} it fails instead, for
 * there nobody would see the difference. Register it in a static field.
 */
public final class BrowserExtension
    implements ExecutionCondition, BeforeAllCallback, AfterAllCallback {
  private static final Logger log = LoggerFactory.getLogger(BrowserExtension.class);

  private static final String NO_BROWSER =
      "no Chromium with its chromedriver on the PATH"
          + " (Debian: apt-get install chromium chromium-driver)";

  private final Map<String, String> environment;
  private @Nullable Browser browser;

  /** Looks for a browser on this machine. */
  public BrowserExtension() {
    this(System.getenv());
  }

  BrowserExtension(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The browser of this test class. */
  public Browser browser() {
    if (browser == null) {
      throw new IllegalStateException("BrowserExtension must be registered in a static field");
    }
    return browser;
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    ConditionEvaluationResult result = condition();
    if (result.isDisabled()) {
      log.warn("{} is skipped: {}", context.getDisplayName(), NO_BROWSER);
    }
    return result;
  }

  ConditionEvaluationResult condition() {
    boolean ci = Boolean.parseBoolean(environment.get("CI"));
    return ci || lookup().isPresent()
        ? ConditionEvaluationResult.enabled("there is a browser, or must be")
        : ConditionEvaluationResult.disabled(NO_BROWSER);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    browser = Browser.start(demand());
  }

  BrowserLookup demand() {
    return lookup().orElseThrow(() -> new IllegalStateException("CI is true, but " + NO_BROWSER));
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (browser != null) {
      browser.close();
      browser = null;
    }
  }

  private Optional<BrowserLookup> lookup() {
    return BrowserLookup.in(environment.getOrDefault("PATH", ""));
  }
}
