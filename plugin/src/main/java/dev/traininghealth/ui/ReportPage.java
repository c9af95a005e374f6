package dev.traininghealth.ui;

import dev.traininghealth.read.RecordedRuns;
import dev.traininghealth.text.Html;
import dev.traininghealth.ui.Sessions.Found;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.core.storage.StatsStorage;
import org.jspecify.annotations.Nullable;

/**
 * The page as one HTML file, with its styles, its scripts, Apache ECharts and the data of a run. A
 * browser opens it without a server or a network. It is the page that the server sends, with the
 * contents of files instead of their names.
 *
 * <p>A browser loads no module from beside a local file. Each module is therefore a {@code data:}
 * URL in the page's import map, and imports the others by their names in that map. The policy of
 * the page lets only scripts run that carry its nonce, and forbids all requests.
 *
 * @hidden
 */
public final class ReportPage {
  /** Type of the file. */
  public static final String CONTENT_TYPE = "text/html; charset=utf-8";

  /** Names of modules begin with it, since a bare file name could be mistaken for a path. */
  private static final String MODULE = "health/";

  private static final String TEXT = "train.health.";
  private static final String VERSION_FILE =
      "/META-INF/maven/dev.traininghealth/dl4j-training-health/pom.properties";

  private static final Pattern LINK_OR_SCRIPT =
      Pattern.compile("<link\\b[^>]*>|<script\\b[^>]*\\bsrc=\"[^\"]*\"[^>]*></script>");

  private static final Pattern FILE_NAME = Pattern.compile("[\\w.-]+\\.(?:css|js)(?=\")");
  private static final Pattern CHARSET = Pattern.compile("<meta charset=\"utf-8\">");
  private static final Pattern MAIN_BEGIN = Pattern.compile("<main\\b[^>]*>");

  /** The stock pages and the choice of another baseline run need the server. */
  private static final String STYLE =
      """
      .sidebar, #baselineSelectDiv { display: none !important; }
      .app-body .main { margin-left: 0 !important; }
      .report-head { color: #5c6873; margin: 0 0 12px; overflow-wrap: anywhere; }
      """;

  private final HealthPage page = new HealthPage();
  private final PageFiles files = page.files();

  /** Reads the files of the page. */
  public ReportPage() {}

  /** {@return the codes of the languages that the texts are in} */
  public static List<String> languages() {
    return Language.all().stream().map(Language::code).toList();
  }

  /** {@return whether ECharts is on the class path, without which there is no page} */
  public boolean isPossible() {
    return files.hasCharts();
  }

  /**
   * Writes a recorded session as a page.
   *
   * @param storage the storage of the session
   * @param session the session, with records of this plugin
   * @param baselineStorage the storage of the run to compare with
   * @param baseline the session to compare with; null for none
   * @param languageCode the language of the texts, e.g. {@code de}
   * @return the file
   * @throws IOException if a part of the page cannot be read
   */
  public String of(
      StatsStorage storage,
      String session,
      StatsStorage baselineStorage,
      @Nullable String baseline,
      String languageCode)
      throws IOException {
    Sessions sessions = new Sessions(() -> List.of(storage), any -> false);
    Sessions baselines = new Sessions(() -> List.of(baselineStorage), any -> false);
    ReportData data = new ReportData(sessions, baselines, new RecordedRuns());
    Found found = new Found(session, storage);
    try {
      Map<String, String> parameters = baseline == null ? Map.of() : Map.of("baseline", baseline);
      String json = data.write(found, PageRequest.of(session, parameters::get));
      return document(found, json, Language.of(languageCode), Instant.now());
    } catch (RequestException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Answers a request to save the page that is shown.
   *
   * @param sessions the sessions that can be shown
   * @param runs the recordings that were read
   * @param request session, worker and baseline run
   * @param language the language of the texts
   * @return the file, to be saved
   * @throws RequestException if there is no such session, or if it has no records
   * @throws IOException if a part of the page cannot be read
   */
  public Reply reply(Sessions sessions, RecordedRuns runs, PageRequest request, Language language)
      throws RequestException, IOException {
    String session = request.session();
    Found found = session == null ? sessions.latest() : sessions.findOrLoad(session);
    if (found == null && session != null) {
      throw PageData.unknownSession(session);
    }
    if (found == null || found.workers().isEmpty()) {
      throw RequestException.notFound("Nothing is recorded that could be saved");
    }
    String json = new ReportData(sessions, sessions, runs).write(found, request);
    String file = document(found, json, language, Instant.now());
    String name = "training-health-" + found.session().replaceAll("[^A-Za-z0-9._-]", "_") + ".html";
    return new Reply(
        200,
        CONTENT_TYPE,
        file,
        Map.of("content-disposition", "attachment; filename=\"" + name + "\""));
  }

  private String document(Found found, String json, Language language, Instant now) {
    Map<String, String> texts = PageTexts.in(language);
    texts.put("train.pagetitle", texts.getOrDefault(TEXT + "report.title", ""));
    String html = page.in(language, texts);
    String nonce = nonce(json);
    StringBuilder embedded = new StringBuilder();
    Matcher reference = LINK_OR_SCRIPT.matcher(html);
    while (reference.find()) {
      reference.appendReplacement(
          embedded, Matcher.quoteReplacement(embed(reference.group(), json, nonce)));
    }
    html = reference.appendTail(embedded).toString();
    html = after(CHARSET, html, "\n    " + policy(nonce));
    return after(MAIN_BEGIN, html, head(found, texts, now));
  }

  private static String after(Pattern place, String html, String inserted) {
    Matcher found = place.matcher(html);
    if (!found.find()) {
      throw new IllegalStateException("The page has no " + place);
    }
    return html.substring(0, found.end()) + inserted + html.substring(found.end());
  }

  /** Without {@code frame-ancestors}, which a page cannot declare by itself. */
  private static String policy(String nonce) {
    return "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src"
        + " 'nonce-"
        + nonce
        + "'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">";
  }

  /** A number that only this file has, the same for the same data. */
  private static String nonce(String json) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** The content of what a tag refers to; nothing for a file that only a server has. */
  private String embed(String tag, String json, String nonce) {
    Matcher found = FILE_NAME.matcher(tag);
    String name = found.find() ? found.group() : "";
    if (name.equals(files.entry())) {
      return modules(json, nonce);
    }
    String content = files.contents().get(name);
    if (content == null) {
      return "";
    }
    return tag.startsWith("<link")
        ? "<style>\n" + content + "</style>"
        : "<script nonce=\"" + nonce + "\">\n" + inScript(content) + "</script>";
  }

  /** The data, and the modules in an import map. */
  private String modules(String json, String nonce) {
    Map<String, String> urls = new TreeMap<>();
    files
        .modules()
        .forEach(
            (name, content) ->
                urls.put(
                    MODULE + name,
                    "data:text/javascript;charset=utf-8;base64,"
                        + Base64.getEncoder()
                            .encodeToString(named(content).getBytes(StandardCharsets.UTF_8))));
    StringBuilder map = new StringBuilder();
    urls.forEach(
        (name, url) ->
            map.append(map.isEmpty() ? "" : ",\n")
                .append('"')
                .append(name)
                .append("\":\"")
                .append(url)
                .append('"'));
    return "<style>\n"
        + STYLE
        + "</style>\n    <script type=\"application/json\" id=\"report\">"
        + Html.inScript(json)
        + "</script>\n    <script type=\"importmap\" nonce=\""
        + nonce
        + "\">{\"imports\":{\n"
        + map
        + "}}</script>\n    <script type=\"module\" nonce=\""
        + nonce
        + "\">import '"
        + MODULE
        + files.entry()
        + "';</script>";
  }

  /** A module whose imports name other modules by their names in the import map. */
  private static String named(String module) {
    return PageFiles.IMPORT.matcher(module).replaceAll("$1'" + MODULE + "$2'");
  }

  /** A script in a page ends at the first end tag, even in a string. */
  private static String inScript(String script) {
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--");
  }

  /** What the file is about. */
  private static String head(Found found, Map<String, String> texts, Instant now) {
    String text =
        texts
            .getOrDefault(TEXT + "report.head", "{0}, {1}, {2}")
            .replace("{2}", version())
            .replace("{1}", now.truncatedTo(ChronoUnit.SECONDS).toString())
            .replace("{0}", found.session());
    int omitted = found.workers().size() - ReportData.MAX_WORKERS;
    String more =
        omitted <= 0
            ? ""
            : " "
                + texts
                    .getOrDefault(TEXT + "report.workers", "{0}")
                    .replace("{0}", String.valueOf(omitted));
    return "\n        <p class=\"report-head\">" + Html.escape(text + more) + "</p>";
  }

  /** The plugin's version, which its jar names. */
  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = ReportPage.class.getResourceAsStream(VERSION_FILE)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      return ""; // The jar is being replaced; the report is of more use than its number.
    }
    return properties.getProperty("version", "").strip();
  }
}
