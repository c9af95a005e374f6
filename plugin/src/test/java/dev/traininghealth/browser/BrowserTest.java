package dev.traininghealth.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That a browser test which sees no error has looked: each kind of error is planted and seen. */
@Tag("browser")
final class BrowserTest {
  private static final String PAGE =
      """
      <!DOCTYPE html>
      <title>errors</title>
      <link rel="icon" href="data:,">
      <script>
        console.error('logged');
        console.warn('only a warning');
        fetch('/missing').then(() => { window.missed = true; });
        fetch('http://elsewhere.example/data').catch(() => { window.refused = true; });
        setTimeout(() => { window.done = true; throw new Error('thrown'); });
      </script>
      """;

  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private final HttpServer server;

  BrowserTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void serve() {
    server.createContext("/", BrowserTest::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldSeeErrorsAndRequests() {
    Browser browser = BROWSER.browser();

    browser.open("http://localhost:" + server.getAddress().getPort() + "/");
    browser.until("window.missed && window.refused && window.done");

    assertThat(browser.evaluate("document.title")).isEqualTo("errors");
    assertThat(browser.consoleErrors())
        .hasSize(4)
        .anyMatch(message -> message.contains("logged"))
        .anyMatch(message -> message.contains("404"))
        .anyMatch(message -> message.contains("ERR_NAME_NOT_RESOLVED"))
        .anyMatch(message -> message.contains("thrown"));
    assertThat(browser.consoleErrors()).as("errors seen before").isEmpty();
    assertThat(browser.requestedHosts()).containsExactly("elsewhere.example", "localhost");
    assertThat(browser.requestedUrls()).hasSize(3);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestURI().getPath().equals("/")) {
        byte[] page = PAGE.getBytes(UTF_8);
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }
}
