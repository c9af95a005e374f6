package dev.traininghealth.ui;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.VertxUIServer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.function.Function;

/** DL4J's UI server on a free port, stopped at the end; there is one in a JVM. */
public final class ServedPage {
  private final VertxUIServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ServedPage(VertxUIServer server) {
    this.server = server;
  }

  public static ServedPage singleSession() {
    return new ServedPage(VertxUIServer.getInstance(0, false, null));
  }

  public static ServedPage multiSession(@Nullable Function<String, StatsStorage> provider) {
    return new ServedPage(VertxUIServer.getInstance(0, true, provider));
  }

  public void attach(StatsStorage storage) {
    server.attach(storage);
  }

  /** Receives the records of other processes into a storage. */
  public void receive(StatsStorage storage) {
    server.enableRemoteListener(storage, true);
  }

  public void detach(StatsStorage storage) {
    server.detach(storage);
  }

  public void detachAll() {
    server.getStatsStorageInstances().forEach(server::detach);
  }

  public String address(String path) {
    return server.getAddress() + path;
  }

  /** The path of a page of a session. */
  public String path(String session, String page) {
    return server.isMultiSession() ? "/train/" + encode(session) + "/" + page : "/train/" + page;
  }

  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  public HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address(path)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<byte[]> bytes(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address(path))).headers(headers).build();
    return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  /** The whole answer to a request that Java's client refuses to send. */
  String raw(String request, String... headers) throws IOException {
    URI address = URI.create(address("/"));
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      String head = request + "\r\n" + String.join("\r\n", headers);
      socket
          .getOutputStream()
          .write((head + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  public void stop() throws Exception {
    VertxUIServer.stopInstance();
  }
}
