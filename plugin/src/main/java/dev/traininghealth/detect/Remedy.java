package dev.traininghealth.detect;

import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;

/**
 * One thing to change.
 *
 * @param advice what to do and why, one sentence in plain words
 * @param code the same in DL4J's API, e.g. {@code .updater(new Adam(1e-3))}; empty where there is
 *     no code for it
 */
public record Remedy(String advice, String code) implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** Checks that nothing is missing. */
  public Remedy {
    Objects.requireNonNull(advice, "advice");
    Objects.requireNonNull(code, "code");
  }
}
