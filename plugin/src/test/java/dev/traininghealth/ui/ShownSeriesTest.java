package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.read.RecordedRuns;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Series;
import dev.traininghealth.record.Series.Scope;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

/**
 * Everything that is recorded is shown: another value of any series changes what the page's scripts
 * read of the server's answers.
 */
final class ShownSeriesTest {
  private static final String SCRIPTS = "/deeplearning4jUiAssets/health/heatmap.js";
  private static final int LAYERS = 21;

  private final ObjectMapper json = new ObjectMapper();
  private final List<String> scripts = scripts();
  private final Set<String> words =
      scripts.stream()
          .flatMap(script -> Pattern.compile("\\w+").matcher(script).results())
          .map(MatchResult::group)
          .collect(Collectors.toSet());
  private final RunDescription run =
      RecordFixtures.run(RecordFixtures.denseLayout(LAYERS), 1_000, Map.of("mode", "protecting"));

  @Test
  void shouldRecordNothingThatThePageDoesNotShow() throws Exception {
    List<String> quantities = Quantity.ofLayers().stream().map(Quantity::name).toList();
    List<String> plain = new ArrayList<>();
    for (String quantity : quantities) {
      plain.add(shown(-1, quantity));
    }
    List<Series> unread = new ArrayList<>();
    for (int series = 0; series < run.series().size(); series++) {
      boolean read = false;
      for (int i = 0; i < quantities.size() && !read; i++) {
        read = !shown(series, quantities.get(i)).equals(plain.get(i));
      }
      Series each = run.series().get(series);
      if (!read && each.scope() == Scope.PARAMETER) { // in the detail of its layer alone
        read =
            words.contains(each.quantity().name())
                && !ofLayer(series, each.index()).equals(ofLayer(-1, each.index()));
      }
      if (!read) {
        unread.add(run.series().get(series));
      }
    }
    assertThat(unread).as("unread of %d series", run.series().size()).isEmpty();
  }

  @Test
  void shouldRecordAndNameWhatThePageShowsOverTheLayers() throws IOException {
    for (Quantity quantity : Quantity.ofLayers()) {
      assertThat(run.indexOf(quantity, Scope.LAYER, 0)).as("%s", quantity).isNotNegative();
      for (Language language : Language.all()) {
        assertThat(PageTexts.read(PageTexts.PREFIX + language.code()))
            .containsKeys("train.health.quantity." + quantity, "train.health.describe." + quantity);
      }
    }
  }

  /** What the page reads of an answer, where one series is another than usual in the last row. */
  private String shown(int changed, String quantity) throws Exception {
    Reply reply = recorded(changed).reply(PageRequest.of("s", Map.of("quantity", quantity)::get));
    ObjectNode answer = (ObjectNode) json.readTree(reply.body());
    answer.remove(List.of("now", "version"));
    retainRead(answer.get("series"));
    retainRead(answer.get("latest"));
    return answer.toString();
  }

  /** The numbers of a parameter's layer. */
  private String ofLayer(int changed, int parameter) throws Exception {
    String layer = String.valueOf(run.parameters().get(parameter).layer());
    Reply reply = recorded(changed).layerReply(PageRequest.of("s", Map.of("layer", layer)::get));
    return ((ObjectNode) json.readTree(reply.body())).remove(List.of("version")).toString();
  }

  private PageData recorded(int changed) {
    RecordFixtures.Rows rows = RecordFixtures.rows(run);
    for (int iteration = 0; iteration < 2; iteration++) {
      rows.row(iteration);
      for (int series = 0; series < run.series().size(); series++) {
        rows.set(series, series == changed && iteration == 1 ? 2 : 1);
      }
    }
    StatsStorage storage = new InMemoryStatsStorage();
    storage.putStaticInfo(RecordFixtures.runRecord("s", "w", run));
    storage.putUpdate(RecordFixtures.segmentRecord("s", "w", 2_000, rows.segment()));
    return new PageData(new Sessions(() -> List.of(storage), session -> false), new RecordedRuns());
  }

  /** Removes what no script of the page asks for. */
  private void retainRead(JsonNode byName) {
    for (Iterator<String> names = byName.fieldNames(); names.hasNext(); ) {
      if (!words.contains(names.next())) {
        names.remove();
      }
    }
  }

  private static List<String> scripts() {
    try {
      Path folder = Path.of(ShownSeriesTest.class.getResource(SCRIPTS).toURI()).getParent();
      List<String> scripts = new ArrayList<>();
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.js")) {
        for (Path file : files) {
          scripts.add(Files.readString(file, StandardCharsets.UTF_8));
        }
      }
      return scripts;
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
