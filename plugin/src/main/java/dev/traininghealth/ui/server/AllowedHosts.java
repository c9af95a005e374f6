package dev.traininghealth.ui.server;

import dev.traininghealth.ui.RequestException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides by its headers {@code Host} and {@code Origin} whether a request is answered.
 *
 * <p>A website can let its own name point to this machine and then read the page through the
 * browser of a visitor (DNS rebinding). The browser sends that name as {@code Host}. Therefore the
 * host must be an IP address, {@code localhost}, a name of this machine, or a name that the user
 * lists in the system property {@value #PROPERTY}, separated by commas. A name that a website
 * controls is none of these.
 *
 * <p>A script of another site sends its own address as {@code Origin}. The origin must be the host
 * of the request, with the same port, or a listed name. A request without {@code Origin} is
 * answered: a browser sends none for a page, and none for a script's request to its own site.
 */
final class AllowedHosts {
  /** The system property with further names, separated by commas. */
  static final String PROPERTY = "traininghealth.ui.hosts";

  private static final Logger log = LoggerFactory.getLogger(AllowedHosts.class);

  /** Maximum characters of a host with its port. A name has 253; some patterns take n² steps. */
  private static final int MAX_LENGTH = 300;

  /** A name or an IP address, an IPv6 address in brackets; then a port, if there is one. */
  private static final Pattern AUTHORITY =
      Pattern.compile("(\\[[^\\[\\]]+]|[^\\s:/?#@\\[\\]]+?)\\.?(?::(\\d{0,5}))?");

  private static final Pattern ORIGIN = Pattern.compile("([a-z][a-z0-9+.-]*)://(.*)");
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
  private static final Pattern IPV6 =
      Pattern.compile("\\[[0-9a-f:.]*:[0-9a-f:.]*(?:%[0-9a-z._~%-]+)?]");

  private final Supplier<Set<String>> machineNames;
  private final Supplier<@Nullable String> listed;
  private @Nullable Set<String> knownMachineNames;

  /** The names of this machine, and those that the system property lists. */
  AllowedHosts() {
    this(AllowedHosts::namesOfThisMachine, () -> System.getProperty(PROPERTY));
  }

  /**
   * Creates the decision.
   *
   * @param machineNames the names of this machine; called once, when a request needs them
   * @param listed names that the user allows, separated by commas; null for none
   */
  AllowedHosts(Supplier<Set<String>> machineNames, Supplier<@Nullable String> listed) {
    this.machineNames = machineNames;
    this.listed = listed;
  }

  /** A host, in lower case and without a final dot, and a port or -1. */
  private record Authority(String host, int port) {
    static @Nullable Authority of(@Nullable String text) {
      if (text == null || text.length() > MAX_LENGTH) {
        return null;
      }
      Matcher parts = AUTHORITY.matcher(text.strip());
      if (!parts.matches()) {
        return null;
      }
      String port = parts.group(2);
      return new Authority(
          parts.group(1).toLowerCase(Locale.ROOT),
          port == null || port.isEmpty() ? -1 : Integer.parseInt(port));
    }

    boolean equals(Authority other, int defaultPort) {
      return host.equals(other.host)
          && (port < 0 ? defaultPort : port) == (other.port < 0 ? defaultPort : other.port);
    }
  }

  /**
   * Rejects a request that is not for this machine or that another site makes. May look up names:
   * never call it on an event loop.
   *
   * @param host the header {@code Host}, null if the request has none
   * @param origin the header {@code Origin}, null if the request has none
   * @throws RequestException with the name that is not allowed, and how to allow it
   */
  void check(@Nullable String host, @Nullable String origin) throws RequestException {
    Authority asked = Authority.of(host);
    if (asked == null || !isAllowed(asked.host())) {
      throw refused("for the host " + quoted(host), asked);
    }
    if (origin == null) {
      return;
    }
    Matcher parts = ORIGIN.matcher(origin.strip().toLowerCase(Locale.ROOT));
    Authority asking = parts.matches() ? Authority.of(parts.group(2)) : null;
    if (asking == null
        || !(asking.equals(asked, parts.group(1).equals("https") ? 443 : 80)
            || isListed(asking.host()))) {
      throw refused("from the page of another site, " + quoted(origin), asking);
    }
  }

  private static String quoted(@Nullable String header) {
    if (header == null) {
      return "(none)";
    }
    return header.length() > MAX_LENGTH
        ? "\"" + header.substring(0, MAX_LENGTH) + "…\""
        : "\"" + header + "\"";
  }

  private static RequestException refused(String request, @Nullable Authority from) {
    return RequestException.forbidden(
        "The Health page does not answer this request "
            + request
            + ". It answers under IP addresses, localhost and the names of this machine, so that"
            + " no website can read your training through your browser. If you trust this name,"
            + " start the program with -D"
            + PROPERTY
            + "="
            + (from == null ? "NAME" : from.host())
            + " (several names are separated by commas).");
  }

  private boolean isAllowed(String host) {
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || isAddress(host)
        || isListed(host)
        || isNameOfThisMachine(host);
  }

  private static boolean isAddress(String host) {
    return IPV6.matcher(host).matches()
        || (IPV4.matcher(host).matches()
            && Arrays.stream(host.split("\\.", -1))
                .allMatch(part -> Integer.parseInt(part) <= 255));
  }

  private boolean isListed(String host) {
    String names = listed.get();
    return names != null
        && Arrays.stream(names.split("[,\\s]+"))
            .map(Authority::of)
            .anyMatch(name -> name != null && name.host().equals(host));
  }

  private synchronized boolean isNameOfThisMachine(String host) {
    Set<String> names = knownMachineNames;
    if (names == null) {
      names =
          machineNames.get().stream()
              .map(name -> name.toLowerCase(Locale.ROOT))
              // The name that a local network without a name server uses.
              .flatMap(
                  name -> name.contains(".") ? Stream.of(name) : Stream.of(name, name + ".local"))
              .collect(Collectors.toUnmodifiableSet());
      knownMachineNames = names;
    }
    return names.contains(host);
  }

  private static Set<String> namesOfThisMachine() {
    Set<String> names = new TreeSet<>();
    for (String variable : new String[] {"HOSTNAME", "COMPUTERNAME"}) {
      String name = System.getenv(variable);
      if (name != null && !name.isBlank()) {
        names.add(name.strip());
      }
    }
    try {
      InetAddress here = InetAddress.getLocalHost();
      names.add(here.getHostName());
      names.add(here.getCanonicalHostName());
    } catch (UnknownHostException e) {
      log.debug(
          "The name of this machine is unknown; the Health page answers only under IP addresses,"
              + " localhost, {} and the names in -D{}.",
          names,
          PROPERTY,
          e);
    }
    return names;
  }
}
