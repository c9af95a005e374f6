package dev.traininghealth.samples.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Takes pictures of the Health page. */
public final class Screenshots implements AutoCloseable {
  private final DevTools tools;

  private Screenshots(DevTools tools) {
    this.tools = tools;
  }

  /**
   * Starts a browser.
   *
   * @param browser Chromium or Chrome
   */
  public static Screenshots with(Path browser) throws IOException, InterruptedException {
    return new Screenshots(DevTools.start(browser));
  }

  /**
   * Takes a picture as soon as the page has drawn its data.
   *
   * @param address of the page
   * @param width of the window, CSS pixels
   * @param height of the window, CSS pixels
   * @param shown JavaScript expression that is true when what the picture is for is shown
   * @param file receives the picture, as PNG
   */
  public void take(String address, int width, int height, String shown, Path file)
      throws IOException, InterruptedException {
    tools.resize(width, height);
    tools.open(address);
    tools.until("window.trainingHealth && (" + shown + ")");
    tools.evaluate(
        "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
    Files.write(file, tools.picture());
  }

  @Override
  public void close() throws IOException {
    tools.close();
  }
}
