package dev.traininghealth.samples;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The console in UTF-8, independent of the machine's locale. */
final class Console {
  private Console() {}

  static PrintStream out() {
    return new PrintStream(System.out, true, StandardCharsets.UTF_8);
  }

  static PrintStream err() {
    return new PrintStream(System.err, true, StandardCharsets.UTF_8);
  }
}
