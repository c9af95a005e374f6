package dev.traininghealth.intervene.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.text.Message;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerGroupTest {
  private static final Message REASON = Message.literal("a reason");

  private final WorkerGroup group = new WorkerGroups().of(new Object());
  private GroupMember first = group.join(0, 1);
  private GroupMember second = group.join(0, 1);

  @BeforeEach
  void join() {
    first = group.join(10, 1);
    second = group.join(10, 1);
  }

  private static double factor(@Nullable WorkerChange change) {
    return change == null ? 1 : change.factor();
  }

  @Test
  void shouldMakeAChangeOnceAtTheEndOfTheNextIteration() {
    first.requestRates(20, 0.5, null, REASON);

    assertThat(second.due(20)).as("the same iteration, after the request").isNull();
    WorkerChange change = second.due(21);
    assertThat(factor(change)).isEqualTo(0.5);
    assertThat(change).isNotNull().extracting(WorkerChange::requester).isSameAs(first);
    assertThat(second.due(21)).isNull();
    assertThat(second.due(22)).isNull();
    assertThat(factor(first.due(21))).isEqualTo(0.5);
  }

  @Test
  void shouldTakeTheLowestOfSeveralRatesOfOneIteration() {
    first.requestRates(20, 0.5, null, REASON);
    second.requestRates(20, 0.1, null, REASON);
    first.requestRates(20, 0.7, null, REASON);

    assertThat(factor(first.due(21))).isEqualTo(0.1);
    assertThat(factor(second.due(21))).isEqualTo(0.1);
  }

  @Test
  void shouldTakeTheLatestRatesIfAnIterationWasMissed() {
    first.requestRates(20, 0.5, null, REASON);
    first.requestRates(21, 0.25, null, REASON);

    assertThat(factor(second.due(22))).isEqualTo(0.25);
    assertThat(second.due(22)).isNull();
    assertThat(second.due(23)).isNull();
  }

  @Test
  void shouldMakeAChangeOfTheLastIterationAfterTheFirstOneOfTheNextFit() {
    first.requestRates(20, 0.5, null, REASON);

    GroupMember next = group.join(21, 1);
    GroupMember another = group.join(21, 1);

    assertThat(factor(next.due(21))).isEqualTo(0.5);
    assertThat(factor(another.due(21))).isEqualTo(0.5);
  }

  @Test
  void shouldForgetWhatEarlierWorkersHaveDoneOrCouldNotDo() {
    first.requestRates(20, 0.5, null, REASON);
    assertThat(group.join(22, 1).due(22)).as("already in the copied network").isNull();

    first.requestRates(20, 0.5, null, REASON);
    GroupMember restarted = group.join(0, 1);
    assertThat(restarted.due(0)).isNull();
    assertThat(restarted.due(21)).as("iterations were counted from 0 again").isNull();
  }

  @Test
  void shouldStopEachWorkerOnceAndNoneThatJoinsLater() {
    group.request(new WorkerChange(first, Double.NaN, null, REASON), 20);

    assertThat(second.due(20)).isNull();
    assertThat(second.due(21)).isNotNull().matches(WorkerChange::isStop);
    assertThat(second.due(22)).isNull();
    assertThat(first.due(21)).isNotNull();
    assertThat(group.join(21, 1).due(21)).isNull();
  }

  @Test
  void shouldStopWorkersThatJoinBeforeAnyWasStopped() {
    group.request(new WorkerChange(first, Double.NaN, null, REASON), 20);

    GroupMember next = group.join(21, 1);
    GroupMember another = group.join(21, 1);

    assertThat(next.due(21)).isNotNull();
    assertThat(another.due(21)).isNotNull();
  }

  @Test
  void shouldTakeRatesBeforeAStop() {
    group.request(new WorkerChange(first, Double.NaN, null, REASON), 20);
    second.requestRates(20, 0.5, null, REASON);

    assertThat(factor(first.due(21))).isEqualTo(0.5);
    assertThat(first.due(21)).isNotNull().matches(WorkerChange::isStop);
  }

  @Test
  void shouldGiveCopiesTheFactorOfTheCopiedNetwork() {
    GroupMember copy = group.join(30, 1);
    GroupMember root = group.join(30, 0.25);
    GroupMember other = group.join(30, 1);

    assertThat(copy.inheritedFactor()).isEqualTo(0.25);
    assertThat(copy.inheritedFactor()).as("afterwards").isEqualTo(1);
    assertThat(root.inheritedFactor()).isEqualTo(0.25);
    assertThat(other.inheritedFactor()).isEqualTo(0.25);
    assertThat(group.join(60, 1).inheritedFactor()).as("rates that the user has set").isEqualTo(1);
  }

  @Test
  void shouldHaveOneGroupForEachAccumulator() {
    WorkerGroups groups = new WorkerGroups();
    Object accumulator = new Object();

    assertThat(groups.of(accumulator)).isSameAs(groups.of(accumulator));
    assertThat(groups.of(new Object())).isNotSameAs(groups.of(accumulator));
  }
}
