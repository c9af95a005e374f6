package dev.traininghealth;

import org.slf4j.Logger;

/**
 * Stands between DL4J and the plugin: a failure of ours never ends a training. The first is a
 * warning with its cause, the rest are told at debug level.
 */
final class Guard {
  private final Logger log;
  private boolean warned;

  Guard(Logger log) {
    this.log = log;
  }

  /** Tells of a failure while doing {@code what}, e.g. "measuring the gradient". */
  void failed(String what, Throwable cause) {
    if (warned) {
      log.debug("Failed again: {}", what, cause);
      return;
    }
    warned = true;
    log.warn(
        "{} failed; training goes on, but what the Health page shows of it may be incomplete"
            + " (further failures are logged at debug level)",
        what,
        cause);
  }
}
