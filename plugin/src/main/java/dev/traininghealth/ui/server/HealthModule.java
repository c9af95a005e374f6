package dev.traininghealth.ui.server;

import dev.traininghealth.read.RecordedRuns;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.text.ThrowableText;
import dev.traininghealth.ui.Sessions;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.api.Route;
import org.deeplearning4j.ui.api.UIModule;
import org.deeplearning4j.ui.i18n.I18NResource;
import org.nd4j.common.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Health page as a module of DL4J's UI server, which finds it on the class path.
 *
 * <p>An exception out of a module would end the only thread that passes the server's events to all
 * modules, and every page would freeze. This module therefore throws none.
 *
 * @hidden
 */
public final class HealthModule implements UIModule {
  private static final Logger log = LoggerFactory.getLogger(HealthModule.class);

  private final RecordedRuns runs = new RecordedRuns();
  private boolean warned;

  /** Creates the module; called by the server, and by DL4J's internationalization for the texts. */
  public HealthModule() {}

  @Override
  public List<String> getCallbackTypeIDs() {
    return List.of(HealthRecord.TYPE_ID);
  }

  @Override
  public List<Route> getRoutes() {
    VertxUIServer server = VertxUIServer.getInstance();
    Sessions sessions =
        new Sessions(server::getStatsStorageInstances, session -> load(server, session));
    return new HealthRoutes(sessions, runs).routes(server.isMultiSession());
  }

  private static boolean load(VertxUIServer server, String session) {
    // Called each time, because a provider may be set while the server runs.
    Function<String, Boolean> loader = server.getStatsStorageLoader();
    return server.isMultiSession() && loader != null && loader.apply(session);
  }

  @Override
  public void reportStorageEvents(Collection<StatsStorageEvent> events) {
    guard("storage events", () -> events.forEach(runs::changed));
  }

  @Override
  public void onAttach(StatsStorage statsStorage) {
    // Nothing to do: a storage is read when a page requests it.
  }

  @Override
  public void onDetach(StatsStorage statsStorage) {
    guard("a detached storage", () -> runs.forget(statsStorage));
  }

  private void guard(String what, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | LinkageError e) {
      if (warned) {
        ThrowableText.log(log::debug, "The Health page could not process " + what, e);
      } else {
        warned = true;
        ThrowableText.log(
            log::warn,
            "The Health page could not process "
                + what
                + "; it may show an older state until it is reloaded. Further failures are logged at"
                + " debug level.",
            e);
      }
    }
  }

  @Override
  public List<I18NResource> getInternationalizationResources() {
    return HealthMessages.resources();
  }
}
