package dev.traininghealth;

import dev.traininghealth.detect.Diagnosis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program that runs a failed iteration again, in its own JVM. */
final class ReplayingProgram {
  private ReplayingProgram() {}

  /**
   * Replays the bundle and writes the diagnoses.
   *
   * @param args the bundle; the file to write to
   */
  public static void main(String[] args) throws IOException {
    Diagnosis found = FailureBundle.open(Path.of(args[0])).replay(OriginReporter::new).get(0);
    Files.writeString(Path.of(args[1]), found.iteration() + " " + found.sentence());
  }
}
