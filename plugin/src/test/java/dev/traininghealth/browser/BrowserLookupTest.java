package dev.traininghealth.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrowserLookupTest {
  @TempDir Path first;
  @TempDir Path second;

  @Test
  void shouldFindBrowserAndDriverInAnyDirectory() throws IOException {
    Path browser = executable(second, "google-chrome");
    Path driver = executable(first, "chromedriver");

    assertThat(BrowserLookup.in(path())).contains(new BrowserLookup(browser, driver));
  }

  @Test
  void shouldPreferChromium() throws IOException {
    executable(first, "google-chrome");
    Path browser = executable(second, "chromium");
    Path driver = executable(second, "chromedriver");

    assertThat(BrowserLookup.in(path())).contains(new BrowserLookup(browser, driver));
  }

  @Test
  void shouldFindNothingWithoutADriver() throws IOException {
    executable(first, "chromium");

    assertThat(BrowserLookup.in(path())).isEmpty();
  }

  @Test
  void shouldFindNothingWithoutABrowser() throws IOException {
    executable(first, "chromedriver");

    assertThat(BrowserLookup.in(path())).isEmpty();
  }

  private String path() {
    return first + File.pathSeparator + File.pathSeparator + second;
  }

  private static Path executable(Path directory, String name) throws IOException {
    Path file = Files.createFile(directory.resolve(name));
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
