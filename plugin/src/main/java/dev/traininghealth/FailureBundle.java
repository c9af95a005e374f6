package dev.traininghealth;

/** What is needed to run a failing iteration again. */
public final class FailureBundle {
  private FailureBundle() {}
}
