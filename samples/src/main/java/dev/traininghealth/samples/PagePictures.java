package dev.traininghealth.samples;

import dev.traininghealth.HealthReport;
import dev.traininghealth.samples.page.BrowserPath;
import dev.traininghealth.samples.page.Screenshots;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.api.UIServer;

/**
 * Takes the pictures of the README: it runs two other samples, opens the Health page of their
 * sessions in a headless Chromium, and saves one of them as an HTML report.
 */
public final class PagePictures {
  private static final int WIDTH = 1280;
  private static final int HEIGHT = 800;

  /** High enough for all charts of a layer. */
  private static final int DETAIL_HEIGHT = 1000;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: PagePictures --out FOLDER
            --out FOLDER  an existing folder for the pictures (PNG) and the report (HTML)
          It needs Chromium or Chrome on the PATH.""",
          Set.of("--out FOLDER"),
          PagePictures::run);

  private PagePictures() {}

  /** Takes the pictures; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    String out = arguments.value("--out");
    if (out == null) {
      throw Failure.ofCall("Which folder? --out FOLDER is missing");
    }
    Path folder = Path.of(out);
    if (!Files.isDirectory(folder)) {
      throw Failure.of("Not an existing folder: " + folder.toAbsolutePath());
    }
    Path browser =
        BrowserPath.find()
            .orElseThrow(() -> Failure.of("There is no Chromium or Chrome on the PATH"));
    try (Screenshots pictures = Screenshots.with(browser)) {
      train(Quickstart.SAMPLE);
      pictures.take(
          address("session=unprotected"),
          WIDTH,
          HEIGHT,
          "trainingHealth.data.session === 'unprotected'",
          folder.resolve("health-page.png"));
      pictures.take(
          address("session=protected"),
          WIDTH,
          HEIGHT,
          "trainingHealth.data.session === 'protected'",
          folder.resolve("protected-run.png"));
      HealthReport.write(latestStorage(), "protected", folder.resolve("protected-run.html"));
      train(VanishingMlp.SAMPLE);
      pictures.take(
          address("session=vanishing-mlp&worker=sigmoids&layer=0"),
          WIDTH,
          DETAIL_HEIGHT,
          "document.querySelector('#detail-norms canvas')",
          folder.resolve("layer-detail.png"));
    } finally {
      UIServer.stopInstance();
    }
    console.println("Written to " + folder);
  }

  /** Runs a sample, which leaves the page served. */
  private static void train(Sample sample) throws Exception {
    if (sample.run() != 0) {
      throw Failure.of("The sample has failed");
    }
  }

  private static StatsStorage latestStorage() throws Exception {
    return UIServer.getInstance().getStatsStorageInstances().get(0);
  }

  private static String address(String query) throws Exception {
    return Sample.address(UIServer.getInstance()) + "?" + query;
  }
}
