package dev.traininghealth.samples.corpus;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Keeps diagnoses and interventions out of the log, where hundreds are expected. The plugin's own
 * failures are still logged.
 */
public final class QuietDiagnoses implements AutoCloseable {
  static final String LOGGER = "dev.traininghealth.run.RunLog";

  private final @Nullable Logger logger =
      LoggerFactory.getLogger(LOGGER) instanceof Logger logback ? logback : null;
  private final @Nullable Level before = logger == null ? null : logger.getLevel();

  /** Starts; {@link #close} ends it. */
  public void start() {
    if (logger != null) {
      logger.setLevel(Level.OFF);
    }
  }

  @Override
  public void close() {
    if (logger != null) {
      logger.setLevel(before);
    }
  }
}
