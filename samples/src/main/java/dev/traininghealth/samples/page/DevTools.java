package dev.traininghealth.samples.page;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** A page of a headless Chromium, driven and measured by its DevTools protocol. */
final class DevTools implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Maximum wait for the browser to start, and for each answer. */
  private static final long MAX_WAIT_SECONDS = 60;

  private static final long POLL_MILLIS = 50;

  private static final int MAX_DELETIONS = 20;

  private final Process process;
  private final Path profile;
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final Map<String, Double> begun = new ConcurrentHashMap<>();
  private final Map<String, Answered> answered = new ConcurrentHashMap<>();
  private final Map<String, String> urls = new ConcurrentHashMap<>();
  private @Nullable WebSocket socket;
  private int calls;

  /**
   * An answered request.
   *
   * @param url its address
   * @param bytes bytes on the wire, with headers
   * @param millis from its begin to its last byte
   */
  record Answered(String url, long bytes, double millis) {}

  private DevTools(Process process, Path profile) {
    this.process = process;
    this.profile = profile;
  }

  /** Starts a browser with an empty profile and an empty page of 1280 × 800. */
  static DevTools start(Path browser) throws IOException, InterruptedException {
    Path profile = Files.createTempDirectory("training-health-page-benchmark");
    Process process =
        new ProcessBuilder(
                browser.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-extensions",
                "--disable-sync",
                "--no-first-run",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
                "--window-size=1280,800",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    DevTools tools = new DevTools(process, profile);
    boolean connected = false;
    try {
      tools.connect();
      connected = true;
    } finally {
      if (!connected) {
        tools.close();
      }
    }
    return tools;
  }

  private void connect() throws IOException, InterruptedException {
    Path port = profile.resolve("DevToolsActivePort");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MAX_WAIT_SECONDS);
    while (!Files.exists(port) || Files.readAllLines(port).isEmpty()) {
      if (System.nanoTime() > end || !process.isAlive()) {
        throw new IOException("the browser has not started");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    HttpClient client = HttpClient.newHttpClient();
    String list = "http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/list";
    String address = "";
    while (address.isEmpty()) {
      String found =
          client
              .send(HttpRequest.newBuilder(URI.create(list)).build(), BodyHandlers.ofString())
              .body();
      for (JsonNode target : JSON.readTree(found)) {
        if (target.path("type").asText().equals("page")) {
          address = target.path("webSocketDebuggerUrl").asText();
        }
      }
      if (System.nanoTime() > end) {
        throw new IOException("the browser has no page");
      }
    }
    socket = client.newWebSocketBuilder().buildAsync(URI.create(address), new Events()).join();
    for (String domain : List.of("Page", "Network", "Performance", "Runtime")) {
      call(domain + ".enable", Map.of());
    }
  }

  /** Takes answers and events, each of which may come in several parts. */
  private final class Events implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        try {
          received(JSON.readTree(text.toString()));
        } catch (IOException e) {
          throw new IllegalStateException("DevTools sent no JSON: " + text, e);
        } finally {
          text.setLength(0);
        }
      }
      from.request(1);
      return null;
    }
  }

  private void received(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> answer = answers.remove(message.get("id").asInt());
      if (answer != null) {
        answer.complete(message);
      }
      return;
    }
    JsonNode event = message.path("params");
    String request = event.path("requestId").asText();
    switch (message.path("method").asText()) {
      case "Network.requestWillBeSent" -> {
        begun.put(request, event.path("timestamp").asDouble());
        urls.put(request, event.path("request").path("url").asText());
      }
      case "Network.loadingFinished" -> {
        long length = event.path("encodedDataLength").asLong();
        double seconds = event.path("timestamp").asDouble() - begun.getOrDefault(request, 0.0);
        answered.put(
            request, new Answered(urls.getOrDefault(request, ""), length, seconds * 1_000));
      }
      default -> {
        // Not needed.
      }
    }
  }

  private synchronized JsonNode call(String method, Map<String, ?> parameters)
      throws IOException, InterruptedException {
    int id = ++calls;
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    String text = JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
    WebSocket to = socket;
    if (to == null) {
      throw new IOException("not connected");
    }
    to.sendText(text, true).join();
    try {
      JsonNode message = answer.get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
      if (message.has("error")) {
        throw new IOException(method + ": " + message.get("error"));
      }
      return message.path("result");
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(method + " was not answered", e);
    }
  }

  /** Runs a script in each page before its own ones. */
  void addScript(String script) throws IOException, InterruptedException {
    call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /** Opens an address and returns when it is loaded. */
  void open(String url) throws IOException, InterruptedException {
    call("Page.navigate", Map.of("url", url));
    until("document.readyState === 'complete' && location.href !== 'about:blank'");
  }

  /** The value of a JavaScript expression, which may be a promise. */
  JsonNode evaluate(String expression) throws IOException, InterruptedException {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new IOException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.path("result").path("value");
  }

  /** Waits until an expression is true. */
  void until(String expression) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MAX_WAIT_SECONDS);
    while (!evaluate("!!(" + expression + ")").asBoolean()) {
      if (System.nanoTime() > end) {
        throw new IOException("never true: " + expression);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Sets the size of the window, CSS pixels. */
  void resize(int width, int height) throws IOException, InterruptedException {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** What the window shows, as PNG. */
  byte[] picture() throws IOException, InterruptedException {
    return Base64.getDecoder()
        .decode(
            call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", false))
                .path("data")
                .asText());
  }

  /** Time that the page's main thread has worked so far, milliseconds. */
  double mainThreadMillis() throws IOException, InterruptedException {
    for (JsonNode metric : call("Performance.getMetrics", Map.of()).path("metrics")) {
      if (metric.path("name").asText().equals("TaskDuration")) {
        return metric.path("value").asDouble() * 1_000;
      }
    }
    throw new IOException("no TaskDuration");
  }

  /** The requests that were answered since the last call. */
  List<Answered> takeAnswered() {
    List<Answered> all = List.copyOf(answered.values());
    answered.clear();
    return all;
  }

  @Override
  public void close() throws IOException {
    WebSocket open = socket;
    if (open != null) {
      open.abort();
    }
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      deleteProfile();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Deletes the profile, in which other processes of the browser still write for a moment. */
  private void deleteProfile() throws IOException, InterruptedException {
    for (int i = 0; i < MAX_DELETIONS && Files.exists(profile); i++) {
      try (Stream<Path> files = Files.walk(profile)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      } catch (UncheckedIOException e) {
        // A file was gone before it was looked at.
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }
}
