package dev.traininghealth.lines;

import dev.traininghealth.json.BoundedJson;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RunRecord;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a file of JSON lines into a storage in memory. An unfinished last line, as that of a
 * program that is still writing, is ignored. A cut line before others, as of a program that was
 * killed while it wrote, is left out with a warning. Unknown types and fields, as of a later
 * version, are ignored as well.
 *
 * @hidden
 */
public final class JsonLinesFile {
  private static final Logger log = LoggerFactory.getLogger(JsonLinesFile.class);

  private static final BoundedJson.Limits LIMITS =
      new BoundedJson.Limits(32 << 20, 72, 1_000_000); // of a record, and what is around it

  private final StatsStorage storage = new InMemoryStatsStorage();
  private final Map<Place, Worker> workers = new LinkedHashMap<>();

  /** Keys of the records, which are unique in the whole storage. */
  private long nextKey = 1;

  private record Place(String session, String worker) {}

  /** What is read of one worker. */
  private static final class Worker {
    /** Keys of the events by type and number within their run, to replace earlier states. */
    final Map<String, Long> keys = new LinkedHashMap<>();

    @Nullable RowReader rows;

    /** Whether its last line is that of its end. */
    boolean ended;
  }

  /**
   * What a file holds.
   *
   * @param storage its records
   * @param running sessions with a worker whose last line is not that of its end
   */
  public record Contents(StatsStorage storage, Set<String> running) {
    /** Copies the set. */
    public Contents {
      running = Set.copyOf(running);
    }
  }

  private JsonLinesFile() {}

  /**
   * Whether a file is one of JSON lines, by its first byte.
   *
   * @param file an existing file
   * @return true if it starts with a brace
   * @throws IOException if it cannot be read
   */
  public static boolean isOne(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == '{';
    }
  }

  /**
   * Reads a file once.
   *
   * @param file as a {@link JsonLinesRouter} writes it
   * @return its records, and which sessions have not ended
   * @throws InvalidObjectException if a line is no record; the message names it
   * @throws IOException if it cannot be read
   */
  public static Contents read(Path file) throws IOException {
    return read(file, new HashSet<>());
  }

  /**
   * Reads a file that is read again and again.
   *
   * @param file as a {@link JsonLinesRouter} writes it
   * @param cut numbers of lines that end within a record, which no warning repeats; found ones are
   *     added
   * @return its records, and which sessions have not ended
   * @throws InvalidObjectException if a line is no record; the message names it
   * @throws IOException if it cannot be read
   */
  public static Contents read(Path file, Set<Integer> cut) throws IOException {
    JsonLinesFile reader = new JsonLinesFile();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      int number = 0;
      for (byte[] line = next(in); line != null; line = next(in)) {
        number++;
        try {
          reader.add(BoundedJson.read(line, 0, line.length, LIMITS));
        } catch (InvalidObjectException | RecordException e) {
          if (!isCut(line)) {
            throw new InvalidObjectException("line " + number + ": " + e.getMessage());
          }
          if (cut.add(number)) {
            log.warn(
                "Line {} of {} is left out: it ends within a record, as if the program had been"
                    + " killed while it wrote the line.",
                number,
                file);
          }
        }
      }
    }
    Set<String> running = new HashSet<>();
    for (Map.Entry<Place, Worker> each : reader.workers.entrySet()) {
      RowReader rows = each.getValue().rows;
      if (rows != null) {
        rows.end();
      }
      if (!each.getValue().ended) {
        running.add(each.getKey().session);
      }
    }
    return new Contents(reader.storage, running);
  }

  /** The bytes up to the next line feed; null at the end, or for a line without one. */
  private static byte @Nullable [] next(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        return line.toByteArray();
      }
      line.write(b);
      if (line.size() > LIMITS.bytes()) {
        throw new InvalidObjectException("a line has more than " + LIMITS.bytes() + " bytes");
      }
    }
    return null;
  }

  /** Whether a line begins as a record and does not end as one. */
  private static boolean isCut(byte[] line) {
    return line.length > 0 && line[0] == '{' && line[line.length - 1] != '}';
  }

  private void add(Map<String, Object> line) throws IOException, RecordException {
    Place place = new Place(text(line, LineNames.SESSION), text(line, LineNames.WORKER));
    Worker worker = workers.computeIfAbsent(place, key -> new Worker());
    String type = text(line, LineNames.TYPE);
    worker.ended = type.equals(LineNames.END);
    switch (type) {
      case LineNames.RUN -> addRun(place, worker, record(line));
      case LineNames.ITERATION -> {
        if (worker.rows == null) {
          throw new RecordException("an iteration comes before the description of its run");
        }
        worker.rows.add(line);
      }
      case LineNames.DIAGNOSIS -> {
        String json = record(line);
        storage.putUpdate(
            DiagnosisRecord.ofJson(
                place.session, place.worker, keyOf(worker, LineNames.DIAGNOSIS, line), json));
      }
      case LineNames.INTERVENTION -> {
        String json = record(line);
        storage.putUpdate(
            InterventionRecord.ofJson(
                place.session, place.worker, keyOf(worker, LineNames.INTERVENTION, line), json));
      }
      default -> {
        // the end, or of a later version
      }
    }
  }

  private void addRun(Place place, Worker worker, String json) throws RecordException {
    RunRecord run =
        RunRecord.ofJson(place.session, place.worker, keyOf(worker, LineNames.RUN, Map.of()), json);
    RowReader rows = worker.rows;
    if (rows == null || rows.run().startMillis() != run.description().startMillis()) {
      if (rows != null) {
        rows.end();
      }
      worker.keys.remove(LineNames.RUN);
      run =
          RunRecord.ofJson(
              place.session, place.worker, keyOf(worker, LineNames.RUN, Map.of()), json);
      worker.rows =
          new RowReader(run.description(), place.session, place.worker, storage, () -> nextKey++);
      storage.putStaticInfo(
          new RunRecord(
              place.session, place.worker, run.description().startMillis(), run.description()));
    }
    storage.putUpdate(run);
  }

  /** The place of an event: that of its earlier state, or a new one. */
  private long keyOf(Worker worker, String type, Map<String, Object> line) {
    String name = type;
    if (line.get(LineNames.RECORD) instanceof Map<?, ?> record) {
      name += " " + record.get("run") + " " + record.get("id");
    }
    return worker.keys.computeIfAbsent(name, key -> nextKey++);
  }

  private static String text(Map<String, Object> line, String name) throws RecordException {
    if (line.get(name) instanceof String text) {
      return text;
    }
    throw new RecordException("it has no " + name);
  }

  private static String record(Map<String, Object> line) throws IOException, RecordException {
    if (line.get(LineNames.RECORD) instanceof Map<?, ?> record) {
      StringWriter text = new StringWriter();
      try (JsonGenerator out = BoundedJson.generator(text)) {
        write(record, out);
      }
      return text.toString();
    }
    throw new RecordException("it has no " + LineNames.RECORD);
  }

  private static void write(@Nullable Object value, JsonGenerator out) throws IOException {
    if (value instanceof Map<?, ?> fields) {
      out.writeStartObject();
      for (Map.Entry<?, ?> field : fields.entrySet()) {
        out.writeFieldName(String.valueOf(field.getKey()));
        write(field.getValue(), out);
      }
      out.writeEndObject();
    } else if (value instanceof List<?> list) {
      out.writeStartArray();
      for (Object each : list) {
        write(each, out);
      }
      out.writeEndArray();
    } else if (value instanceof Long number) {
      out.writeNumber(number);
    } else if (value instanceof Double number) {
      out.writeNumber(number);
    } else if (value instanceof Boolean flag) {
      out.writeBoolean(flag);
    } else if (value == null) {
      out.writeNull();
    } else {
      out.writeString(value.toString());
    }
  }
}
