package dev.traininghealth.ui.server;

import dev.traininghealth.read.RecordedRuns;
import dev.traininghealth.text.StockPageText;
import dev.traininghealth.text.ThrowableText;
import dev.traininghealth.ui.HealthPage;
import dev.traininghealth.ui.Language;
import dev.traininghealth.ui.PageData;
import dev.traininghealth.ui.PageFiles;
import dev.traininghealth.ui.PageRequest;
import dev.traininghealth.ui.Reply;
import dev.traininghealth.ui.ReportPage;
import dev.traininghealth.ui.RequestException;
import dev.traininghealth.ui.Sessions;
import dev.traininghealth.ui.Sessions.Found;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import org.deeplearning4j.ui.api.HttpMethod;
import org.deeplearning4j.ui.api.Route;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The page and its data as routes of DL4J's UI server: GET only, without side effects. */
final class HealthRoutes {
  private static final Logger log = LoggerFactory.getLogger(HealthRoutes.class);
  private static final int COMPRESS_FROM_BYTES = 1024;

  /**
   * What a browser may load for the page, and that no other page may show it in a frame. Charts set
   * styles in the markup; the icons of the stock pages are a font.
   */
  private static final String CONTENT_SECURITY_POLICY =
      String.join(
          "; ",
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self' 'unsafe-inline'",
          "img-src 'self' data:",
          "font-src 'self'",
          "connect-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
          "frame-ancestors 'none'");

  private final Sessions sessions;
  private final RecordedRuns runs;
  private final PageData data;
  private final HealthPage page = new HealthPage();
  private final AllowedHosts hosts = new AllowedHosts();

  /** The compressed files of the page by their contents. */
  private final Map<String, Buffer> compressed = new ConcurrentHashMap<>();

  private @Nullable PageFiles files;
  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  /** Creates an answer; runs off the event loop, because it may read a storage. */
  private interface Answer {
    Reply to(@Nullable String session) throws RequestException, IOException;
  }

  HealthRoutes(Sessions sessions, RecordedRuns runs) {
    this.sessions = sessions;
    this.runs = runs;
    this.data = new PageData(sessions, runs);
  }

  /**
   * The routes. In multi-session mode DL4J's paths name the session, in single-session mode not.
   */
  List<Route> routes(boolean multiSession) {
    String base = multiSession ? "/train/:sessionId/health" : "/train/health";
    List<Route> routes = new ArrayList<>();
    routes.add(get(base, rc -> this::page));
    routes.add(
        get(base + "/data", rc -> session -> data.reply(PageRequest.of(session, parameters(rc)))));
    routes.add(
        get(
            base + "/layer",
            rc -> session -> data.layerReply(PageRequest.of(session, parameters(rc)))));
    routes.add(
        get(
            base + "/run",
            rc -> session -> data.runReply(PageRequest.of(session, parameters(rc)))));
    routes.add(
        get(
            base + "/classes.csv",
            rc -> session -> data.classesReply(PageRequest.of(session, parameters(rc)))));
    routes.add(
        get(
            base + "/report.html",
            rc -> session -> report(session, PageRequest.of(session, parameters(rc)))));
    routes.add(get(PageFiles.PATH + ":version/:file", this::file));
    return routes;
  }

  /** A style sheet or script of the page; its version stands where other paths name a session. */
  private Answer file(RoutingContext rc) {
    String known = rc.request().getHeader("if-none-match");
    return version -> {
      Reply reply = files().reply(version, parameters(rc).get("file"), known);
      // Here, off the event loop: a megabyte of script takes a while.
      if (!reply.body().isEmpty()) {
        compressed.computeIfAbsent(reply.body(), body -> gzip(Buffer.buffer(body)));
      }
      return reply;
    };
  }

  /** Read at the first request, so that DL4J's server starts as fast as without this page. */
  private synchronized PageFiles files() {
    PageFiles read = files;
    if (read == null) {
      read = page.files();
      files = read;
    }
    return read;
  }

  private static PageRequest.Parameters parameters(RoutingContext rc) throws RequestException {
    try {
      return rc.request().params()::get;
    } catch (IllegalArgumentException e) { // for example a percent sign without two digits
      throw RequestException.badRequest("The query of the URL is malformed: " + e.getMessage());
    }
  }

  /** The page as a file in the language of the page. */
  private Reply report(@Nullable String session, PageRequest request)
      throws RequestException, IOException {
    // Read each time: the file is saved rarely, and what it is made of takes megabytes.
    return new ReportPage().reply(sessions, runs, request, HealthMessages.chosen(session));
  }

  private Reply page(@Nullable String session) {
    if (session != null) {
      Found found = sessions.findOrLoad(session);
      if (found == null) {
        // In the language of all sessions: DL4J would keep one for each that is asked for.
        Language language = HealthMessages.chosen(null);
        return Reply.missing(page.awaiting(language, HealthMessages.in(language), session));
      }
      String ofStockPages = StockPageText.session(session);
      if (!ofStockPages.equals(session) && found.storage().sessionExists(ofStockPages)) {
        // The links to the stock pages are relative to this path.
        return Reply.redirect("/train/" + ofStockPages.replace(" ", "%20") + "/health");
      }
    }
    Language language = HealthMessages.chosen(session);
    return Reply.html(files().linked(page.in(language, HealthMessages.in(language))));
  }

  private Route get(String path, Function<RoutingContext, Answer> answers) {
    return new Route(
        path,
        HttpMethod.GET,
        (pathArguments, rc) -> {
          String session = pathArguments.isEmpty() ? null : pathArguments.get(0);
          Answer answer = answers.apply(rc);
          String host = rc.request().host();
          String origin = rc.request().getHeader("origin");
          Answer checked =
              of -> {
                hosts.check(host, origin);
                return answer.to(of);
              };
          rc.vertx()
              .<Reply>executeBlocking(
                  promise -> promise.complete(replyTo(checked, session)),
                  false,
                  result ->
                      send(rc, result.succeeded() ? result.result() : failure(result.cause())));
        });
  }

  private Reply replyTo(Answer answer, @Nullable String session) {
    try {
      return answer.to(session);
    } catch (RequestException e) {
      return e.reply();
    } catch (IOException | RuntimeException | LinkageError e) {
      return failure(e);
    }
  }

  private Reply failure(Throwable cause) {
    String text = ThrowableText.of(cause);
    if (logged.size() < 100 && logged.add(text)) {
      ThrowableText.log(
          log::warn,
          "The Health page could not answer a request; repetitions are logged at debug level",
          cause);
    } else {
      ThrowableText.log(log::debug, "The Health page could not answer a request", cause);
    }
    return Reply.message(500, "The records of the training could not be read: " + text);
  }

  private void send(RoutingContext rc, Reply reply) {
    HttpServerResponse response = rc.response();
    if (response.ended() || response.closed()) {
      return; // The browser closed the connection while the records were read.
    }
    response
        .setStatusCode(reply.status())
        .putHeader("content-type", reply.contentType())
        .putHeader("cache-control", "no-store")
        .putHeader("vary", "accept-encoding")
        .putHeader("x-content-type-options", "nosniff");
    boolean isFile = reply.headers().containsKey("etag"); // a style sheet or script, no document
    if (!isFile) {
      response
          .putHeader("content-security-policy", CONTENT_SECURITY_POLICY)
          .putHeader("referrer-policy", "no-referrer")
          .putHeader("x-frame-options", "DENY"); // for browsers without frame-ancestors
    }
    reply.headers().forEach(response::putHeader);
    Buffer body = Buffer.buffer(reply.body());
    String accepted = rc.request().getHeader("accept-encoding");
    if (accepted != null && accepted.contains("gzip") && body.length() >= COMPRESS_FROM_BYTES) {
      response.putHeader("content-encoding", "gzip");
      Buffer kept = isFile ? compressed.get(reply.body()) : null;
      body = kept == null ? gzip(body) : kept;
    }
    response.end(body);
  }

  private static Buffer gzip(Buffer body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length() / 3);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(body.getBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(out.toByteArray());
  }
}
