package dev.traininghealth.ui;

final class MultiSessionPageTest extends HealthPageContract {
  @Override
  ServedPage serve() {
    return ServedPage.multiSession(null);
  }

  @Override
  void choose(String session) {
    browser().open(page().address(page().path(session, "health")));
  }
}
