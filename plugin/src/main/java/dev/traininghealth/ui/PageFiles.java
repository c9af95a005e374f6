package dev.traininghealth.ui;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The styles and scripts to which the page refers, from the class path, by their names without a
 * folder. They are the page's own, DL4J's styles, and Apache ECharts from its WebJar. DL4J's UI
 * server has them under {@code /assets}. Of a library's style sheet only the rules are kept that
 * the page can use.
 *
 * @hidden
 */
public final class PageFiles {
  /** The path of the files on the server, below which is their version. */
  public static final String PATH = "/traininghealth/";

  /** One file under one version never changes. */
  private static final String FOREVER = "public, max-age=31536000, immutable";

  /** Hexadecimal digits of a version: enough that two versions of the files differ. */
  private static final int VERSION_DIGITS = 16;

  /** The name of ECharts begins with this in each of its builds. */
  private static final String CHARTS = "echarts";

  private static final String ASSETS = "/assets/";
  private static final String WEBJARS = "webjars/";

  /** The script that imports all others. */
  private static final Pattern ENTRY =
      Pattern.compile("<script type=\"module\" src=\"(/assets/(?:[^\"/]+/)*)([\\w.-]+\\.js)\"");

  private static final Pattern REFERENCE =
      Pattern.compile("(?:href|src)=\"(/assets/(?:[^\"/]+/)*([\\w.-]+\\.(?:css|js)))\"");

  /** A file beside a style sheet; such a sheet stays in its folder. */
  private static final Pattern RELATIVE_FILE = Pattern.compile("url\\(['\"]?\\.{1,2}/");

  /** Another module: {@code from './a.js'}, {@code import './a.js'} or {@code import('./a.js')}. */
  static final Pattern IMPORT =
      Pattern.compile("(\\bfrom\\s+|\\bimport\\s*\\(?\\s*)'\\./([\\w-]+\\.js)'");

  /** A comment on lines of its own; the page's modules have no text that looks like one. */
  private static final Pattern COMMENT =
      Pattern.compile("(?m)^[ \\t]*(?://.*|/\\*[^*]*(?:\\*(?!/)[^*]*)*\\*/[ \\t]*)$");

  /** Modules of the detail, loaded when something is selected, and of graphs. */
  private static final Set<String> LATER =
      Set.of("detail.js", "detail-charts.js", "ridgelines.js", "trial-chart.js", "graph-layout.js");

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][\\w-]*");

  private final Map<String, String> contents;
  private final Map<String, String> modules;
  private final String entry;
  private final String version;

  private PageFiles(Map<String, String> contents, Map<String, String> modules, String entry) {
    this.entry = entry;
    this.contents = Collections.unmodifiableMap(contents);
    this.modules = Collections.unmodifiableMap(modules);
    this.version = version(contents);
  }

  /**
   * Reads the files to which a page refers; one that is not on the class path is left out.
   *
   * @param page the markup
   */
  static PageFiles of(String page) {
    Map<String, String> contents = new LinkedHashMap<>();
    Map<String, String> modules = new LinkedHashMap<>();
    List<String> libraries = new ArrayList<>();
    Matcher entry = ENTRY.matcher(page);
    if (!entry.find()) {
      throw new IllegalStateException("The page has no script of type module");
    }
    module(entry.group(1), entry.group(2), modules);
    Matcher reference = REFERENCE.matcher(page);
    while (reference.find()) {
      String path = reference.group(1);
      String name = reference.group(2);
      String content = modules.containsKey(name) ? null : content(path);
      if (content != null && !RELATIVE_FILE.matcher(content).find()) {
        contents.put(name, content);
        if (path.startsWith(ASSETS + WEBJARS) && name.endsWith(".css")) {
          libraries.add(name);
        }
      }
    }
    Set<String> words = new HashSet<>();
    words(page, words);
    modules.values().forEach(module -> words(module, words));
    libraries.forEach(
        name -> contents.computeIfPresent(name, (n, css) -> UsedStyles.of(css, words)));
    contents.putAll(modules);
    return new PageFiles(contents, modules, entry.group(2));
  }

  private static void words(String text, Set<String> words) {
    WORD.matcher(text).results().forEach(word -> words.add(word.group()));
  }

  /** Reads a module and all that it imports. */
  private static void module(String folder, String name, Map<String, String> modules) {
    if (modules.containsKey(name)) {
      return;
    }
    String content = content(folder + name);
    if (content == null) {
      throw new IllegalStateException(
          "The script " + folder + name + " of the plugin's jar is missing: is the jar complete?");
    }
    modules.put(name, withoutComments(content));
    Matcher imported = IMPORT.matcher(content);
    while (imported.find()) {
      module(folder, imported.group(2), modules);
    }
  }

  /** A module whose comments are empty lines, so that errors still name the lines of the source. */
  private static String withoutComments(String module) {
    return COMMENT
        .matcher(module)
        .replaceAll(comment -> "\n".repeat((int) comment.group().lines().count() - 1));
  }

  /** The content of a path of DL4J's UI server; null if it is not on the class path. */
  private static @Nullable String content(String path) {
    String below = path.substring(ASSETS.length());
    String resource =
        (below.startsWith(WEBJARS) ? "/META-INF/resources/" : "/deeplearning4jUiAssets/") + below;
    try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + resource + " cannot be read", e);
    }
  }

  private static String version(Map<String, String> contents) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      contents.forEach(
          (name, content) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update(content.getBytes(StandardCharsets.UTF_8));
          });
      return HexFormat.of().formatHex(digest.digest()).substring(0, VERSION_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /**
   * The page with references to these files under their version, so that a browser may keep them.
   * The modules of its first view are named in its head, because each would otherwise be requested
   * only when the one that imports it has arrived.
   *
   * @param page the markup
   * @return the markup with other references
   */
  public String linked(String page) {
    String linked =
        REFERENCE
            .matcher(page)
            .replaceAll(
                reference -> {
                  String name = reference.group(2);
                  String whole = reference.group();
                  return Matcher.quoteReplacement(
                      contents.containsKey(name)
                          ? whole.replace(reference.group(1), path(name))
                          : whole);
                });
    StringBuilder preloads = new StringBuilder();
    for (String module : modules.keySet()) {
      if (!LATER.contains(module)) {
        preloads
            .append("  <link rel=\"modulepreload\" href=\"")
            .append(path(module))
            .append("\">\n  ");
      }
    }
    return linked.replace("</head>", preloads + "</head>");
  }

  private String path(String name) {
    return PATH + version + "/" + name;
  }

  /**
   * Answers a request for a file. A page of an earlier version gets the newer file, to be kept for
   * no time.
   *
   * @param requested the version in the request's path
   * @param name the file's name
   * @param known the tags of what the browser has, or null
   * @return the file, or that it has not changed
   * @throws RequestException if there is no such file
   */
  public Reply reply(@Nullable String requested, @Nullable String name, @Nullable String known)
      throws RequestException {
    String content = name == null ? null : contents.get(name);
    if (name == null || content == null) {
      throw RequestException.notFound("The Health page has no file " + name);
    }
    String type = (name.endsWith(".css") ? "text/css" : "text/javascript") + "; charset=utf-8";
    String tag = "W/\"" + version + "\"";
    Map<String, String> headers =
        Map.of("etag", tag, "cache-control", version.equals(requested) ? FOREVER : "no-cache");
    return known != null && known.contains(tag)
        ? new Reply(304, type, "", headers)
        : new Reply(200, type, content, headers);
  }

  /** The contents of all files by their names. */
  Map<String, String> contents() {
    return contents;
  }

  /** The name of the module that imports all others. */
  String entry() {
    return entry;
  }

  /** The page's modules by their names. */
  Map<String, String> modules() {
    return modules;
  }

  /** Whether ECharts is among the files, without which the page has no charts. */
  boolean hasCharts() {
    return contents.keySet().stream().anyMatch(name -> name.startsWith(CHARTS));
  }
}
