package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.builtin.BuiltInDetectors;
import dev.traininghealth.intervene.ProtectionSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The Java code of the documents compiles: each block of the Markdown files that is marked as Java,
 * and each preformatted block of code in the plugin's javadoc. A block is the body of a method, or
 * members of a class if it begins with a modifier or an annotation. The names that it may use
 * without declaring them are the fields of {@link #CONTEXT}.
 *
 * <p>The README also names every setting, detector and problem.
 */
final class DocumentedCodeTest {
  /** The folder of the repository: the tests run in that of the module. */
  private static final Path ROOT = Path.of(Files.exists(Path.of("README.md")) ? "." : "..");

  private static final String IMPORTS =
      """
      package documented;
      import dev.traininghealth.compare.RunComparison;
      import dev.traininghealth.*;
      import dev.traininghealth.detect.*;
      import dev.traininghealth.guard.Guard;
      import dev.traininghealth.intervene.*;
      import dev.traininghealth.intervene.clip.GradientClipping;
      import dev.traininghealth.metrics.TrainingHealthMetrics;
      import dev.traininghealth.numbers.*;
      import dev.traininghealth.run.*;
      import dev.traininghealth.setup.SetupReport;
      import dev.traininghealth.trial.*;
      import io.micrometer.core.instrument.MeterRegistry;
      import io.micrometer.core.instrument.Tags;
      import io.micrometer.prometheusmetrics.PrometheusConfig;
      import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
      import java.io.File;
      import java.nio.file.Path;
      import java.time.Duration;
      import java.util.List;
      import org.deeplearning4j.core.storage.StatsStorage;
      import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
      import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
      import org.deeplearning4j.nn.graph.ComputationGraph;
      import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
      import org.deeplearning4j.ui.api.UIServer;
      import org.deeplearning4j.ui.model.storage.FileStatsStorage;
      import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
      import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
      """;

  /** The variables that a snippet may use. */
  private static final String CONTEXT =
      """
      class Context {
        MultiLayerNetwork net;
        MultiLayerNetwork generator;
        MultiLayerNetwork discriminator;
        MultiLayerConfiguration configuration;
        DataSetIterator data;
        DataSetIterator testData;
        List<DataSetIterator> training;
        StatsStorage storage;
        String goodSession;
        String session;
        TrainingHealthListener listener;
        MeterRegistry registry;
        double score;
        SparkNet sparkNet;
        // of the javadoc of Guard and Restorable
        Guard guard;
        Detector detector;
        History history;
        FindingReporter findings;
        long count;
        double[] levels;

        // Stands for the networks of DL4J on Spark, which is not on the class path.
        interface SparkNet {
          void setListeners(
              org.deeplearning4j.core.storage.StatsStorageRouter router,
              org.deeplearning4j.optimize.api.TrainingListener... listeners);
        }

        static final class MyDetector implements Detector {
          @Override
          public String name() {
            return "my-detector";
          }
        }

        static final class MyPolicy implements InterventionPolicy {
          @Override
          public BeforeUpdate beforeUpdate(Situation situation) {
            return BeforeUpdate.PROCEED;
          }

          @Override
          public AfterUpdate afterUpdate(Situation situation) {
            return AfterUpdate.PROCEED;
          }
        }
      }
      """;

  private static final Pattern MARKDOWN = Pattern.compile("(?ms)^```java\\n(.*?)^```");
  private static final Pattern JAVADOC = Pattern.compile("(?s)<pre>\\{@code\\n(.*?)\\}</pre>");
  private static final Pattern STAR = Pattern.compile("(?m)^\\s*\\* ?");
  private static final Pattern IMPORT = Pattern.compile("(?m)^import .*;\\n");
  private static final Pattern MEMBER = Pattern.compile("(public|protected|private|@)\\b?.*");

  /** A piece of Java code, with the place of its first line. */
  private record Snippet(String place, String code) {
    String source(int number) {
      String imports =
          IMPORT.matcher(code).results().map(r -> r.group()).collect(Collectors.joining());
      String body = IMPORT.matcher(code).replaceAll("");
      boolean isMember =
          body.lines()
              .filter(line -> !line.isBlank() && !line.startsWith("//"))
              .findFirst()
              .filter(line -> MEMBER.matcher(line).matches())
              .isPresent();
      return IMPORTS
          + imports
          + "class Snippet%d extends Context {\n".formatted(number)
          + (isMember ? body : "void run() throws Exception {\n" + body + "\n}")
          + "\n}\n";
    }
  }

  private static final Snippet WRONG =
      new Snippet("wrong.md:7", "TrainingHealthListener.diagnosing(storage);\n");

  private static List<Snippet> snippets = List.of();
  private static List<String> errors = List.of();

  /** Compiles all snippets together, because each call of the compiler takes seconds. */
  @BeforeAll
  static void compile() throws IOException {
    snippets = snippets();
    errors = errors(Stream.concat(snippets.stream(), Stream.of(WRONG)).toList());
  }

  @Test
  void everySnippetCompiles() {
    assertThat(snippets.stream().map(Snippet::place))
        .as("snippets that are found")
        .anyMatch(place -> place.startsWith("README.md"))
        .anyMatch(place -> place.contains("TrainingHealthListener.java"))
        .anyMatch(place -> place.contains("Restorable.java"));
    assertThat(errors).filteredOn(error -> !error.startsWith(WRONG.place())).isEmpty();
  }

  @Test
  void aWrongSnippetIsNamedWithTheMessageOfTheCompiler() {
    assertThat(errors)
        .filteredOn(error -> error.startsWith(WRONG.place()))
        .singleElement()
        .asString()
        .contains("diagnosing", WRONG.code().strip());
  }

  @Test
  void theReadmeNamesEverySettingDetectorAndProblem() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    Stream<String> settings =
        Arrays.stream(TrainingHealthListenerBuilder.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(Method::getName)
            .filter(name -> !name.equals("build"));
    Stream<String> protection =
        Arrays.stream(ProtectionSettings.class.getRecordComponents()).map(RecordComponent::getName);
    Stream<String> detectors = BuiltInDetectors.create(Set.of()).stream().map(d -> d.name());
    Stream<String> problems =
        Arrays.stream(Problem.class.getFields())
            .filter(field -> field.getType() == Problem.class)
            .map(field -> field.getName().toLowerCase(Locale.ROOT));
    List<String> names =
        Stream.of(settings, protection, detectors, problems).flatMap(Function.identity()).toList();
    assertThat(names).hasSizeGreaterThan(40);
    assertThat(names)
        .filteredOn(
            name -> !readme.contains("`" + name + "`") && !readme.contains("`" + name + "("))
        .as("not in the README")
        .isEmpty();
  }

  private static List<Snippet> snippets() throws IOException {
    List<Snippet> snippets = new ArrayList<>();
    try (Stream<Path> documents = Files.list(ROOT)) {
      for (Path file : documents.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
        add(snippets, file.getFileName().toString(), Files.readString(file), MARKDOWN);
      }
    }
    Path sources = ROOT.resolve("plugin/src/main/java");
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        add(snippets, sources.relativize(file).toString(), Files.readString(file), JAVADOC);
      }
    }
    return snippets;
  }

  private static void add(List<Snippet> snippets, String name, String text, Pattern pattern) {
    String lines = text.replace("\r\n", "\n");
    for (Matcher m = pattern.matcher(lines); m.find(); ) {
      long line = 1 + lines.substring(0, m.start(1)).chars().filter(c -> c == '\n').count();
      String code = pattern == JAVADOC ? STAR.matcher(m.group(1)).replaceAll("") : m.group(1);
      snippets.add(new Snippet(name + ":" + line, code));
    }
  }

  /** Compiles all snippets in one call, without writing a file. */
  private static List<String> errors(List<Snippet> snippets) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> messages = new DiagnosticCollector<>();
    Map<JavaFileObject, Snippet> sources = new LinkedHashMap<>();
    for (int i = 0; i < snippets.size(); i++) {
      sources.put(new Source("Snippet" + i, snippets.get(i).source(i)), snippets.get(i));
    }
    List<JavaFileObject> units = new ArrayList<>(sources.keySet());
    units.add(new Source("Context", IMPORTS + CONTEXT));
    List<String> options =
        List.of(
            "-proc:none",
            "--should-stop=ifError=FLOW",
            "-cp",
            System.getProperty("java.class.path"));
    JavaFileManager discarding =
        new Discarding(compiler.getStandardFileManager(messages, Locale.ROOT, null));
    compiler.getTask(null, discarding, messages, options, null, units).call();
    return messages.getDiagnostics().stream()
        .filter(message -> message.getKind() == Diagnostic.Kind.ERROR)
        .map(message -> place(sources.get(message.getSource())) + described(message))
        .toList();
  }

  private static String place(@Nullable Snippet snippet) {
    return snippet == null ? "" : snippet.place() + ": ";
  }

  private static String described(Diagnostic<? extends JavaFileObject> message) {
    String text = message.getMessage(Locale.ROOT);
    JavaFileObject source = message.getSource();
    return source instanceof Source code
        ? text + "\n  " + code.line(message.getLineNumber()).strip()
        : text;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String code;

    Source(String name, String code) {
      super(URI.create("string:///documented/" + name + ".java"), Kind.SOURCE);
      this.code = code;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return code;
    }

    String line(long number) {
      return code.lines().skip(Math.max(0, number - 1)).findFirst().orElse("");
    }
  }

  /** Discards the compiled classes. */
  private static final class Discarding extends ForwardingJavaFileManager<JavaFileManager> {
    Discarding(JavaFileManager manager) {
      super(manager);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("string:///" + className), kind) {
        @Override
        public OutputStream openOutputStream() {
          return OutputStream.nullOutputStream();
        }
      };
    }
  }
}
