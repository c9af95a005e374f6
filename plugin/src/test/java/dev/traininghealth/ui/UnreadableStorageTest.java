package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.List;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the page is sent beside an attached storage that cannot be read. */
final class UnreadableStorageTest {
  private static final String PROBLEM =
      "The storage Failing cannot be read: java.lang.IllegalStateException: planned";

  private final Failing failing = new Failing();
  private final ServedPage page = ServedPage.singleSession();

  /** A storage that fails from some moment on, as a file on a disk that is gone. */
  private static final class Failing extends InMemoryStatsStorage {
    private volatile boolean fails;

    private void read() {
      if (fails) {
        throw new IllegalStateException("planned");
      }
    }

    @Override
    public boolean isClosed() {
      read();
      return super.isClosed();
    }

    @Override
    public List<String> listSessionIDs() {
      read();
      return super.listSessionIDs();
    }

    @Override
    public boolean sessionExists(String session) {
      read();
      return super.sessionExists(session);
    }
  }

  @BeforeEach
  void attach() {
    page.attach(failing);
  }

  @AfterEach
  void stop() throws Exception {
    page.stop();
  }

  private InMemoryStatsStorage attachGood() {
    InMemoryStatsStorage good = new InMemoryStatsStorage();
    new SimulatedTraining(good, "good", 1_700_000_000_000L, "first", "second").iterate(3);
    page.attach(good);
    return good;
  }

  private JsonNode data(String parameters) throws Exception {
    HttpResponse<String> response = page.get("/train/health/data?" + parameters);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  private static void shouldListTheProblem(JsonNode answer) {
    assertThat(answer.at("/unreadable/0/message").asText()).isEqualTo(PROBLEM);
    assertThat(answer.get("unreadable")).hasSize(1);
  }

  @Test
  void shouldShowTheSessionsOfOtherStorages() throws Exception {
    attachGood();
    failing.fails = true;

    assertThat(data("session=good").get("session").asText()).isEqualTo("good");
    assertThat(data("").get("session").asText()).isEqualTo("good");
    shouldListTheProblem(data(""));
    assertThat(page.get("/train/health/run?session=good").body()).contains("start");
  }

  @Test
  void shouldShowOtherSessionsAfterOneOfTheStorageWasShown() throws Exception {
    new SimulatedTraining(failing, "lost", 1_700_000_000_000L, "first").iterate(3);
    data("session=lost");
    attachGood();
    failing.fails = true;

    shouldListTheProblem(data("session=good"));
  }

  @Test
  void shouldListTheProblemIfThereIsNoOtherSession() throws Exception {
    failing.fails = true;

    JsonNode answer = data("");
    assertThat(answer.get("state").asText()).isEqualTo("empty");
    shouldListTheProblem(answer);
  }

  @Test
  void shouldSendAProblemThatStartsOrEndsAlthoughNothingElseChanged() throws Exception {
    attachGood();
    String before = data("session=good").get("version").asText();
    failing.fails = true;
    JsonNode failed = data("session=good&since=" + before);
    shouldListTheProblem(failed);
    String version = failed.get("version").asText();
    assertThat(data("session=good&since=" + version).has("unchanged")).isTrue();

    failing.fails = false;
    assertThat(data("session=good&since=" + version).get("unreadable")).isEmpty();
  }
}
