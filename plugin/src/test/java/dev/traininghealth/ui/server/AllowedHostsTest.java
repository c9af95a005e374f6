package dev.traininghealth.ui.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.traininghealth.ui.RequestException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The host and the origin of a request, on a machine called gpu-box or gpu-box.lab.example. */
final class AllowedHostsTest {
  private @Nullable String listed;
  private final AtomicInteger lookUps = new AtomicInteger();
  private final AllowedHosts hosts =
      new AllowedHosts(
          () -> {
            lookUps.incrementAndGet();
            return Set.of("GPU-Box", "gpu-box.lab.example");
          },
          () -> listed);

  private void shouldAllow(@Nullable String host, @Nullable String origin) {
    assertThatCode(() -> hosts.check(host, origin)).doesNotThrowAnyException();
  }

  private void shouldRefuse(@Nullable String host, @Nullable String origin, String message) {
    assertThatExceptionOfType(RequestException.class)
        .isThrownBy(() -> hosts.check(host, origin))
        .withMessageContaining(message)
        .withMessageContaining("-Dtraininghealth.ui.hosts=")
        .satisfies(e -> assertThat(e.reply().status()).isEqualTo(403));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:9000",
        "localhost.",
        "dl4j.localhost:9000",
        "127.0.0.1:9000",
        "192.168.178.20",
        "10.0.0.255:",
        "[::1]",
        "[::1]:9000",
        "[FE80::1%25eth0]:9000",
        "[fe80::1%eth0]",
        "[::ffff:192.168.1.2]:80",
        "gpu-box",
        "gpu-box:9000",
        "GPU-BOX.lab.example.:9000",
        "gpu-box.local:9000"
      })
  void shouldAllowThisMachine(String host) {
    shouldAllow(host, null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:9000",
        "localhost.evil.example",
        "notlocalhost",
        "127.0.0.1.evil.example",
        "127.0.0.256",
        "127.0.0.1.2",
        "gpu-box.evil.example",
        "[evil.example]",
        "::1",
        "user@localhost",
        "localhost/evil.example",
        "localhost:port",
        "localhost evil.example",
        "",
        " "
      })
  void shouldRefuseOtherNames(String host) {
    shouldRefuse(host, null, "for the host \"" + host + "\"");
  }

  @Test
  void shouldRefuseARequestWithoutAHost() {
    shouldRefuse(null, null, "for the host (none)");
  }

  @Test
  void shouldAllowListedNames() {
    listed = " dl4j.example,https://ignored/ Proxy.Example:8443,";
    shouldAllow("DL4J.example", null);
    shouldAllow("proxy.example:1234", null);
    shouldRefuse("example", null, "-Dtraininghealth.ui.hosts=example ");
    listed = "";
    shouldRefuse("dl4j.example", null, "for the host \"dl4j.example\"");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:9000, http://localhost:9000",
    "localhost, http://localhost:80",
    "localhost:443, https://LOCALHOST",
    "gpu-box, https://gpu-box",
    "[::1]:9000, http://[::1]:9000"
  })
  void shouldAllowItsOwnScripts(String host, String origin) {
    shouldAllow(host, origin);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:9000, null",
    "localhost:9000, http://localhost:8888",
    "localhost:9000, http://127.0.0.1:9000",
    "localhost:9000, https://evil.example",
    "localhost:9000, http://localhost:9000.evil.example",
    "localhost:9000, localhost:9000",
    "localhost, https://localhost:80"
  })
  void shouldRefuseScriptsOfOtherSites(String host, String origin) {
    shouldRefuse(host, origin, "from the page of another site, \"" + origin + "\"");
  }

  @Test
  void shouldAllowScriptsThatAProxyPassesOn() {
    listed = "dl4j.example";
    shouldAllow("dl4j.example", "https://dl4j.example");
    shouldAllow("dl4j.example", "https://dl4j.example:8443");
    shouldAllow("localhost:9000", "https://dl4j.example");
    shouldRefuse("dl4j.example", "https://other.example", "=other.example ");
  }

  @Test
  void shouldLookUpTheNamesOfThisMachineOnceAndOnlyIfNeeded() {
    shouldAllow("localhost", null);
    assertThat(lookUps).hasValue(0);
    shouldAllow("gpu-box", null);
    shouldRefuse("evil.example", null, "evil.example");
    assertThat(lookUps).hasValue(1);
  }

  /** A pattern that takes n² steps would keep a thread busy for hours. */
  @Test
  void shouldRefuseALongHostAtOnce() {
    String host = "[" + ":".repeat(1_000_000) + "x]";
    shouldRefuse(host, null, "\"[::::");
    shouldRefuse("localhost", "http://" + host, "\"http://[::::");
  }
}
