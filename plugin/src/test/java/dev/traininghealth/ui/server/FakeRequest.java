package dev.traininghealth.ui.server;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request to a route without a server, and what was answered. */
final class FakeRequest {
  private final String uri;
  private final Map<String, String> headers;
  final Map<String, String> answerHeaders = new TreeMap<>();
  int status;
  @Nullable Buffer body;

  /**
   * Creates a request.
   *
   * @param uri path and query as a browser sends them
   * @param headers by names in lower case
   */
  FakeRequest(String uri, Map<String, String> headers) {
    this.uri = uri;
    this.headers = headers;
  }

  /** {@return the context, in which what blocks runs on the calling thread} */
  RoutingContext context() {
    return fake(
        RoutingContext.class,
        (self, method, args) ->
            switch (method.getName()) {
              case "request" -> request();
              case "response" -> response();
              case "vertx" -> vertx();
              default -> throw new UnsupportedOperationException(method.toString());
            });
  }

  @SuppressWarnings("NullAway") // a header may be missing
  private HttpServerRequest request() {
    return fake(
        HttpServerRequest.class,
        (self, method, args) ->
            switch (method.getName()) {
              case "params" -> parameters();
              case "host" -> headers.get("host");
              case "getHeader" -> headers.get(String.valueOf(args[0]));
              default -> throw new UnsupportedOperationException(method.toString());
            });
  }

  /** As Vert.x does. */
  private MultiMap parameters() {
    MultiMap parameters = MultiMap.caseInsensitiveMultiMap();
    new QueryStringDecoder(uri).parameters().forEach(parameters::add);
    return parameters;
  }

  private HttpServerResponse response() {
    return fake(
        HttpServerResponse.class,
        (self, method, args) -> {
          switch (method.getName()) {
            case "ended", "closed" -> {
              return false;
            }
            case "setStatusCode" -> status = (Integer) args[0];
            case "putHeader" -> answerHeaders.put(String.valueOf(args[0]), String.valueOf(args[1]));
            case "end" -> body = (Buffer) args[0];
            default -> throw new UnsupportedOperationException(method.toString());
          }
          return self;
        });
  }

  @SuppressWarnings("unchecked") // the types of executeBlocking
  private static Vertx vertx() {
    return fake(
        Vertx.class,
        (self, method, args) -> {
          Promise<Object> promise = Promise.promise();
          try {
            ((Handler<Promise<Object>>) args[0]).handle(promise);
          } catch (Throwable e) { // as Vert.x does
            promise.tryFail(e);
          }
          Future<Object> result = promise.future();
          ((Handler<AsyncResult<Object>>) args[args.length - 1]).handle(result);
          return self;
        });
  }

  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
