package dev.traininghealth.samples.soak;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** A client that requests what an open Health page requests, every two seconds. */
final class PagePoller implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long INTERVAL_MILLIS = 2000;
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  /** Requests of the data per request of the list of sessions, as on the page. */
  private static final int SESSIONS_INTERVAL = 5;

  /** Requests of the data after which the page's user picks the other quantity of the heatmap. */
  private static final int QUANTITY_INTERVAL = 30;

  private final String server;
  private final ExecutorService connections = Executors.newSingleThreadExecutor(PagePoller::daemon);
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(PagePoller::daemon);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(connections).build();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final Future<?> polling;
  private String session = "";
  private String version = "";
  private int polls;

  /**
   * Starts to poll.
   *
   * @param server address of DL4J's UI server
   */
  PagePoller(String server) {
    this.server = server;
    polling = timer.scheduleWithFixedDelay(this::poll, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "soak-page");
    thread.setDaemon(true);
    return thread;
  }

  private void poll() {
    try {
      if (polls == 0) {
        get("/train/health");
        get("/train/multisession");
      }
      String current = get("/train/sessions/current");
      if (!current.equals(session)) {
        session = current;
        version = "";
      }
      if (polls % SESSIONS_INTERVAL == 0) {
        get("/train/sessions/info");
      }
      if (polls % QUANTITY_INTERVAL == 0) {
        version = ""; // another quantity is requested as a whole
      }
      String quantity =
          polls / QUANTITY_INTERVAL % 2 == 0 ? "GRADIENT_NORM" : "ACTIVATION_ZERO_FRACTION";
      polls++;
      JsonNode data =
          JSON.readTree(
              get(
                  "/train/health/data?quantity="
                      + quantity
                      + (session.isEmpty() ? "" : "&session=" + encoded(session))
                      + (version.isEmpty() ? "" : "&since=" + encoded(version))));
      version = data.path("version").asText(version);
    } catch (IOException | RuntimeException e) {
      failures.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private String get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server + path)).timeout(TIMEOUT).GET().build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + " was answered with status " + answer.statusCode());
    }
    answers.incrementAndGet();
    return answer.body();
  }

  /** Number of requests that were answered with status 200. */
  long answers() {
    return answers.get();
  }

  /** Number of polls that failed, at the first of their requests that did. */
  long failures() {
    return failures.get();
  }

  @Override
  public void close() {
    polling.cancel(true);
    timer.shutdownNow();
    connections.shutdown();
  }
}
