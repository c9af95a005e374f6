package dev.traininghealth.ui.server;

import dev.traininghealth.Fuzz;
import dev.traininghealth.ui.RequestException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.jspecify.annotations.Nullable;

/** Any header is a host of this machine, or the request is refused. */
@AddLifecycleHook(Fuzz.class)
final class HostsFuzzTest {
  private static final int TRIES = 2_000;
  private static final long BYTES_PER_BYTE = 100;

  private static final List<byte[]> HOSTS =
      List.of(
          bytes("localhost:9000"),
          bytes("[fe80::1%25eth0]:9000"),
          bytes("[::ffff:192.168.1.2]:80"),
          bytes("gpu-box.lab.example."),
          bytes("10.0.0.255:"),
          bytes("dl4j.example"));

  private static final List<byte[]> ORIGINS =
      List.of(
          bytes("http://localhost:9000"),
          bytes("https://[::1]"),
          bytes("null"),
          bytes("chrome-extension://abc"),
          bytes("https://dl4j.example"));

  private final AllowedHosts hosts =
      new AllowedHosts(() -> Set.of("gpu-box.lab.example"), () -> "dl4j.example, , [::1]");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Provide
  Arbitrary<Random> randoms() {
    return Arbitraries.randoms();
  }

  @Property(
      tries = TRIES,
      seed = Fuzz.SEED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  void shouldAllowOrRefuseAnyHeader(@ForAll("randoms") Random random) {
    @Nullable String origin =
        random.nextBoolean()
            ? null
            : new String(Fuzz.input(random, ORIGINS), StandardCharsets.UTF_8);
    Fuzz.check(
        Fuzz.input(random, random.nextInt(3) == 0 ? ORIGINS : HOSTS),
        BYTES_PER_BYTE,
        e -> e instanceof RequestException,
        input -> hosts.check(new String(input, StandardCharsets.ISO_8859_1), origin));
  }
}
