package dev.traininghealth;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.impl.RemoteUIStatsStorageRouter;
import org.deeplearning4j.ui.VertxUIServer;

/** Faults of a UI on another machine, to which DL4J's router sends the records. */
final class RemoteFaults {
  private static final int HALF = FaultRun.ITERATIONS / 2;

  /** As the router's own settings, but with short pauses. */
  private static final int RETRY_MILLIS = 20;

  private RemoteFaults() {}

  private static RemoteUIStatsStorageRouter router(int port, int maxRetries) {
    return new RemoteUIStatsStorageRouter("http://localhost:" + port, maxRetries, RETRY_MILLIS, 1);
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  static void refusing(FaultRun run) throws Exception {
    run.train(router(closedPort(), 2));
  }

  /** The system accepts the connection, and nobody reads. */
  static void silent(FaultRun run) throws IOException {
    ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    RemoteUIStatsStorageRouter router = router(socket.getLocalPort(), -1);
    run.opened.add(router);
    run.opened.add(socket);
    run.train(router);
  }

  static void failing(FaultRun run) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(500, -1);
          exchange.close();
        });
    server.start();
    RemoteUIStatsStorageRouter router = router(server.getAddress().getPort(), -1);
    run.opened.add(router);
    run.opened.add(() -> server.stop(0));
    run.train(router);
  }

  static void returning(FaultRun run) throws Exception {
    int port = closedPort();
    RemoteUIStatsStorageRouter router = router(port, -1);
    run.opened.add(router);
    run.attach(router);
    run.until(HALF);
    run.flush();
    StatsStorage storage = FaultRun.inMemory();
    VertxUIServer server = VertxUIServer.getInstance(port, false, null);
    try {
      server.enableRemoteListener(storage, true);
      run.until(FaultRun.ITERATIONS);
      run.close();
      run.shouldShow(FaultRun.ITERATIONS);
    } finally {
      FaultRun.stopServing();
    }
  }
}
