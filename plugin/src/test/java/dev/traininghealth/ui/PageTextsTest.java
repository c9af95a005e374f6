package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import dev.traininghealth.compare.SimulatedRecording;
import dev.traininghealth.text.NumberText;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.i18n.DefaultI18N;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * That each text of the page comes from the message file of its language: all texts of the files
 * are marked, and the page of a training with diagnoses and interventions shows no text without a
 * mark but names, numbers and code.
 */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class PageTextsTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  /** Neither of them occurs in a text. */
  private static final char BEGIN = '\u27e6';

  private static final char END = '\u27e7';

  private static final Pattern WORD = Pattern.compile("[\\p{L}_]{2,}");

  /** What is the same in every language: names of DL4J and of the network, and numbers. */
  private static final Set<String> NAMES =
      Set.of(
          "MultiLayerNetwork",
          "DenseLayer",
          "OutputLayer",
          "Dense",
          "Output",
          "relu",
          "sigmoid",
          "softmax",
          "NaN",
          "Infinity",
          "first",
          "second",
          "third",
          "_W",
          "_b",
          "good");

  /** Remembers what charts write on their canvases. */
  private static final String RECORD_DRAWN_TEXTS =
      """
      window.drawnTexts = new Set();
      const fillText = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        window.drawnTexts.add(String(text));
        return fillText.call(this, text, ...rest);
      };
      """;

  /** Texts and what is read out or shown beside them, but no code. */
  private static final String SHOWN_TEXTS =
      """
      (() => {
        const shown = [];
        const walker = document.createTreeWalker(document.getElementById('content'),
          NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          if (!node.parentElement.closest('code, pre, script, style')) shown.push(node.data);
        }
        for (const element of document.querySelectorAll('#content *')) {
          for (const name of ['title', 'aria-label', 'placeholder', 'alt']) {
            const text = element.getAttribute(name);
            if (text) shown.push(text);
          }
        }
        return shown.concat([...window.drawnTexts]);
      })()
      """;

  private final StatsStorage storage = new InMemoryStatsStorage();
  private final Map<String, Map<String, String>> unmarked = new TreeMap<>();
  private String sessionId = "";
  private Browser browser;
  private ServedPage page;
  private String hook;

  @BeforeAll
  void train() {
    browser = BROWSER.browser();
    page = ServedPage.singleSession();
    hook =
        String.valueOf(
            browser
                .driver()
                .executeCdpCommand(
                    "Page.addScriptToEvaluateOnNewDocument", Map.of("source", RECORD_DRAWN_TEXTS))
                .get("identifier"));
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(3))
                .list()
                .layer(new DenseLayer.Builder().name("first").nIn(4).nOut(8).build())
                .layer(
                    new DenseLayer.Builder()
                        .name("second")
                        .nOut(8)
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .name("third")
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    TrainingHealthListener listener = TrainingHealthListener.protecting(storage);
    net.setListeners(listener);
    Nd4j.getRandom().setSeed(11);
    for (int i = 0; i < 120; i++) {
      INDArray features = Nd4j.rand(16, 4).muli(i % 40 == 20 ? 1e8 : 100);
      if (i % 30 == 29) {
        features.putScalar(3, 1, Double.NaN);
      }
      INDArray labels = Nd4j.zeros(16, 3);
      for (int row = 0; row < 16; row++) {
        labels.putScalar(row, (row + i) % 3, 1);
      }
      net.fit(new DataSet(features, labels));
    }
    listener.flush();
    assertThat(listener.diagnoses()).hasSizeGreaterThan(2);
    assertThat(listener.interventions()).hasSizeGreaterThan(2);
    listener.close();
    sessionId = storage.listSessionIDs().get(0);
    SimulatedRecording.put(new SimulatedRecording(1).batchSize(8).until(200), storage, "good");
    page.attach(storage);
  }

  @AfterEach
  void unmark() throws ReflectiveOperationException {
    browser.open("about:blank");
    for (Map.Entry<String, Map<String, String>> language : unmarked.entrySet()) {
      messages(language.getKey()).putAll(language.getValue());
    }
    unmarked.clear();
    DefaultI18N.getInstance().setDefaultLanguage("en");
  }

  @AfterAll
  void stop() throws Exception {
    browser
        .driver()
        .executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", hook));
    page.detachAll();
    page.stop();
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeEveryTextFromTheLanguagesFile(Language language) throws Exception {
    mark(language.code());
    DefaultI18N.getInstance().setDefaultLanguage(language.code());
    browser.open(page.address("/train/health?baseline=good"));
    browser.until("window.trainingHealth && document.querySelector('.intervention')");
    browser
        .driver()
        .executeScript("document.querySelector('.diagnosis[data-problem=non_finite]').click()");
    browser.until("document.querySelector('#detail .remedies')");
    browser
        .driver()
        .executeScript("for (const d of document.querySelectorAll('details')) d.open = true;");
    browser.until("window.drawnTexts.size > 20");

    List<?> shown = (List<?>) Objects.requireNonNull(browser.evaluate(SHOWN_TEXTS));
    assertThat(shown).hasSizeGreaterThan(100);
    Set<String> words = new TreeSet<>();
    for (Object text : shown) {
      String rest = withoutMarked(String.valueOf(text)).replace(sessionId, "");
      WORD.matcher(rest)
          .results()
          .filter(word -> !NAMES.contains(word.group()))
          .forEach(word -> words.add(word.group() + " in: " + text));
    }
    assertThat(words).isEmpty();
    assertThat(browser.consoleErrors()).isEmpty();
  }

  @Test
  void shouldWriteNumbersAsTheLogDoes() {
    browser.open(page.address("/train/health"));
    browser.until("window.trainingHealth");
    List<Double> numbers =
        List.of(
            0.0,
            -0.0,
            1.0,
            -17.0,
            0.5,
            0.0123456,
            2.71828,
            314.159,
            31415.9,
            99994.9,
            99995.0,
            123456.0,
            0.001,
            0.00099995,
            0.0009999499,
            0.0001234,
            1e7,
            -1.5e300,
            4.9e-300,
            1e-5,
            12.345,
            0.99999);

    Object written =
        browser
            .driver()
            .executeAsyncScript(
                """
                const [numbers, done] = arguments;
                import('/assets/health/format.js').then(({ value, percent }) =>
                  done(numbers.map((number) => `${value(number)} ${percent(number)}`)));
                """,
                numbers);

    assertThat(written)
        .isEqualTo(
            numbers.stream()
                .map(number -> NumberText.number(number) + " " + NumberText.percent(number))
                .toList());
  }

  /** Marks the texts of a language's file where DL4J keeps them; a test alone may do so. */
  private void mark(String language) throws ReflectiveOperationException {
    Map<String, String> messages = messages(language);
    Map<String, String> before = new TreeMap<>(messages);
    unmarked.put(language, before);
    before.forEach(
        (key, text) -> {
          if (key.startsWith("train.health.")) {
            messages.put(key, BEGIN + text + END);
          }
        });
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> messages(String language) throws ReflectiveOperationException {
    Field field = DefaultI18N.class.getDeclaredField("messagesByLanguage");
    field.setAccessible(true);
    Map<String, Map<String, String>> all =
        (Map<String, Map<String, String>>) field.get(DefaultI18N.getInstance());
    return Objects.requireNonNull(all.get(language));
  }

  /** What stands outside of the marks, which may stand within each other. */
  private static String withoutMarked(String text) {
    StringBuilder rest = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == BEGIN) {
        depth++;
      } else if (c == END) {
        depth--;
      } else if (depth == 0) {
        rest.append(c);
      }
    }
    return rest.toString();
  }
}
