package dev.traininghealth.browser;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the machine keeps its browser.
 *
 * @param browser Chromium or Chrome
 * @param driver the chromedriver that belongs to it
 */
record BrowserLookup(Path browser, Path driver) {
  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  /** Looks through the directories of a {@code PATH}. */
  static Optional<BrowserLookup> in(String path) {
    Optional<Path> driver = find(path, "chromedriver");
    return BROWSERS.stream()
        .flatMap(name -> find(path, name).stream())
        .findFirst()
        .flatMap(browser -> driver.map(found -> new BrowserLookup(browser, found)));
  }

  private static Optional<Path> find(String path, String name) {
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(path)
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
