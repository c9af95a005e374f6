package dev.traininghealth.samples;

import java.io.PrintStream;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.ui.api.UIServer;

/**
 * The frame of a sample: it parses the arguments, and prints a message instead of a stack trace for
 * expected failures.
 *
 * @param usage printed for {@code --help} and after a wrong call
 * @param understood see {@link Arguments#parse}
 * @param work the sample itself
 */
record Sample(String usage, Set<String> understood, Work work) {

  /** The work of a sample. */
  interface Work {
    void run(Arguments arguments, PrintStream console) throws Exception;
  }

  /** For {@code main}: exits the JVM only if the sample failed. */
  void start(String... args) throws Exception {
    int code = run(args);
    if (code != 0) {
      // Under exec:java this is Maven's JVM: an exception would be buried in its report.
      System.exit(code);
    }
  }

  /** Returns the exit code: 0, 1 for a failure, or 2 for a wrong call. */
  int run(String... args) throws Exception {
    if (Arrays.asList(args).contains("--help")) {
      Console.out().println(usage);
      return 0;
    }
    try {
      work.run(Arguments.parse(understood, args), Console.out());
      return 0;
    } catch (Failure e) {
      Console.err().println(e.getMessage());
      if (e.isWrongCall()) {
        Console.err().println();
        Console.err().println(usage);
      }
      return e.exitCode();
    } catch (DL4JException e) {
      if (ExceptionUtils.indexOfType(e, BindException.class) < 0) {
        throw e;
      }
      Console.err().println(portIsTaken());
      UIServer.stopInstance(); // it keeps threads even if it could not start
      return 1;
    }
  }

  private static String portIsTaken() {
    String property = DL4JSystemProperties.UI_SERVER_PORT_PROPERTY;
    return "The port of DL4J's UI server, "
        + System.getProperty(property, "9000")
        + ", is in use, perhaps by another training run. Stop that, or choose another port: -D"
        + property
        + "=9001";
  }

  /** The file of that name, which need not exist, in an existing directory. */
  static Path outputFile(String name) throws Failure {
    Path file = Path.of(name).toAbsolutePath();
    Path directory = file.getParent();
    if (directory == null || !Files.isDirectory(directory) || Files.isDirectory(file)) {
      throw Failure.of("Not a file in an existing directory: " + file);
    }
    return file;
  }

  /** Ends the sample: stops the server, or serves the page until Ctrl-C. */
  static void finish(Arguments arguments, UIServer ui, PrintStream console) throws Exception {
    if (arguments.has("--exit")) {
      UIServer.stopInstance();
    } else {
      console.println("The page is served at " + address(ui) + " until you press Ctrl-C.");
    }
  }

  /** The address of the Health page. */
  static String address(UIServer ui) {
    return ui.getAddress() + "/train/health";
  }
}
