package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.List;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests the routes answer, and what a browser may do with the answers. */
@TestInstance(Lifecycle.PER_CLASS)
final class RouteSecurityTest {
  private static final String PROPERTY = "traininghealth.ui.hosts";
  private static final List<String> ROUTES =
      List.of(
          "/train/health",
          "/train/health/data",
          "/train/health/layer?layer=1",
          "/train/health/run",
          "/train/health/report.html");

  private ServedPage page;

  @BeforeAll
  void serve() {
    page = ServedPage.singleSession();
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    new SimulatedTraining(storage, "s", 1_700_000_000_000L, "first", "second").iterate(3);
    page.attach(storage);
  }

  @AfterAll
  void stop() throws Exception {
    page.stop();
  }

  @AfterEach
  void forgetListedHosts() {
    System.clearProperty(PROPERTY);
  }

  private String answer(String path, String... headers) throws Exception {
    return page.raw("GET " + path + " HTTP/1.1", headers);
  }

  private void shouldAnswer(String... headers) throws Exception {
    for (String route : ROUTES) {
      assertThat(answer(route, headers)).as(route).startsWith("HTTP/1.1 200");
    }
  }

  private void shouldRefuse(String named, String... headers) throws Exception {
    for (String route : ROUTES) {
      assertThat(answer(route, headers))
          .as(route)
          .startsWith("HTTP/1.1 403")
          .contains("-D" + PROPERTY + "=" + named)
          .contains("content-type: text/plain; charset=utf-8")
          .doesNotContain("\"state\"");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/train/health",
        "/train/health/data",
        "/train/health/data?from=x",
        "/train/health/data?session=unknown",
        "/train/health/report.html"
      })
  void shouldLimitWhatABrowserDoesWithAnswers(String path) throws Exception {
    HttpResponse<String> response = page.get(path);
    HttpHeaders headers = response.headers();

    assertThat(headers.firstValue("content-security-policy").orElseThrow().split("; "))
        .contains(
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "frame-ancestors 'none'");
    assertThat(headers.firstValue("referrer-policy")).hasValue("no-referrer");
    assertThat(headers.firstValue("x-frame-options")).hasValue("DENY");
    assertThat(headers.firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(headers.firstValue("access-control-allow-origin")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "localhost:9000", "127.0.0.1", "10.1.2.3:80", "[::1]:9000"})
  void shouldAnswerRequestsForThisMachine(String host) throws Exception {
    shouldAnswer("Host: " + host);
  }

  @Test
  void shouldRefuseANameThatAnotherServerMayHavePointedHere() throws Exception {
    shouldRefuse("evil.example", "Host: evil.example:9000");
    assertThat(answer("/train/health", "Host: evil.example")).contains("x-frame-options: DENY");
  }

  @Test
  void shouldAnswerBehindAProxyWhoseNameIsListed() throws Exception {
    System.setProperty(PROPERTY, "other.example, dl4j.example");
    shouldAnswer("Host: dl4j.example", "Origin: https://dl4j.example");
    shouldAnswer("Host: localhost:9000", "Origin: https://dl4j.example:8443");
    shouldRefuse("evil.example", "Host: evil.example");
  }

  @Test
  void shouldAnswerBehindAProxyThatAsksForLocalhost() throws Exception {
    shouldAnswer("Host: localhost:9000", "X-Forwarded-Host: dl4j.example");
  }

  @Test
  void shouldRefuseScriptsOfOtherSites() throws Exception {
    shouldRefuse("evil.example", "Host: localhost:9000", "Origin: https://evil.example");
    assertThat(answer("/train/health/data", "Host: localhost:9000", "Origin: null"))
        .startsWith("HTTP/1.1 403");
    shouldAnswer("Host: localhost:9000", "Origin: http://localhost:9000");
  }
}
