package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BatcherTest {
  private static final int BOOM = 13;
  private static final int DEFECT = 666;

  private final List<List<Integer>> written = new CopyOnWriteArrayList<>();
  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore gate = new Semaphore(0);
  private final Batcher<Integer, String> batcher = new Batcher<>("test", 10, 4, this::write);

  @AfterEach
  void stop() {
    gate.release(1_000);
    batcher.close();
  }

  @Test
  void submit_aLoneItem_goesAtOnceAndIsAnswered() throws Exception {
    gate.release();
    batcher.start();
    assertThat(answer(batcher.submit(1))).isEqualTo("r1");
    assertThat(written).containsExactly(List.of(1));
  }

  @Test
  void submit_whileABatchIsWritten_gathersTheNextUpToItsSize() throws Exception {
    List<CompletableFuture<String>> answers = holdFirstThenSubmit(2, 3, 4, 5, 6);
    assertThat(batcher.waiting()).isEqualTo(5);
    gate.release(3);
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answer(answers.get(i))).isEqualTo("r" + (i + 1));
    }
    assertThat(written).containsExactly(List.of(1), List.of(2, 3, 4, 5), List.of(6));
    assertThat(batcher.waiting()).isZero();
  }

  @Test
  void submit_inboxFull_refusesThatItemOnly() throws Exception {
    List<CompletableFuture<String>> answers = holdFirstThenSubmit(IntStream.range(2, 13).toArray());
    assertThatThrownBy(() -> answer(answers.getLast()))
        .hasCauseInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("test has no room for more");
    gate.release(10);
    assertThat(answer(answers.get(10))).isEqualTo("r11");
    assertThat(written.stream().flatMap(List::stream)).hasSize(11).doesNotContain(12);
  }

  @Test
  void write_throws_failsExactlyItsBatch() throws Exception {
    List<CompletableFuture<String>> answers = holdFirstThenSubmit(2, BOOM, 4, 5, 6);
    gate.release(3);
    assertThat(answer(answers.get(0))).isEqualTo("r1");
    for (CompletableFuture<String> failed : answers.subList(1, 5)) {
      assertThatThrownBy(() -> answer(failed))
          .hasCauseInstanceOf(IOException.class)
          .hasMessageContaining("boom");
    }
    assertThat(answer(answers.get(5))).isEqualTo("r6");
    assertThat(batcher.trouble()).isNull();
  }

  @Test
  void write_tooFewAnswers_failsThoseWithoutOne() throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    try (Batcher<Integer, String> shortOne =
        new Batcher<>(
            "short",
            10,
            4,
            items -> {
              start.await();
              return List.of("only");
            })) {
      CompletableFuture<String> first = shortOne.submit(1);
      CompletableFuture<String> second = shortOne.submit(2);
      shortOne.start();
      start.countDown();
      assertThat(answer(first)).isEqualTo("only");
      assertThatThrownBy(() -> answer(second)).isInstanceOf(ExecutionException.class);
    }
  }

  @Test
  void close_itemsWaiting_writesThemFirst() throws Exception {
    List<CompletableFuture<String>> answers = holdFirstThenSubmit(2, 3, 4, 5, 6);
    Thread closing = Thread.ofPlatform().start(batcher::close);
    await().until(batcher::stopping);
    gate.release(3);
    closing.join();
    assertThat(answers).allSatisfy(each -> assertThat(each).isCompleted());
    assertThat(written.stream().flatMap(List::stream)).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void submit_afterClose_isRefused() {
    batcher.start();
    batcher.close();
    CompletableFuture<String> late = batcher.submit(1);
    assertThatThrownBy(() -> answer(late))
        .hasCauseInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("test is stopping");
    assertThat(written).isEmpty();
  }

  @Test
  void write_defect_answersEverybodyAndEndsUnhealthy() throws Exception {
    List<CompletableFuture<String>> answers = holdFirstThenSubmit(DEFECT, 3, 4, 5, DEFECT, 7);
    gate.release(4);
    assertThat(answer(answers.get(0))).isEqualTo("r1");
    for (CompletableFuture<String> failed : answers.subList(1, 7)) {
      assertThatThrownBy(() -> answer(failed)).hasCauseInstanceOf(AssertionError.class);
    }
    await()
        .dontCatchUncaughtExceptions()
        .untilAsserted(() -> assertThat(batcher.trouble()).contains("defect"));
    await()
        .dontCatchUncaughtExceptions()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> answer(batcher.submit(8)))
                    .hasCauseInstanceOf(RejectedExecutionException.class));
  }

  /** Keeps the writer busy with item 1, then hands the others in; answers in order of items. */
  private List<CompletableFuture<String>> holdFirstThenSubmit(int... items)
      throws InterruptedException {
    batcher.start();
    List<CompletableFuture<String>> answers = new CopyOnWriteArrayList<>();
    answers.add(batcher.submit(1));
    arrived.acquire();
    for (int item : items) {
      answers.add(batcher.submit(item));
    }
    return answers;
  }

  private List<String> write(List<Integer> items) throws Exception {
    arrived.release();
    gate.acquire();
    if (items.contains(BOOM)) {
      throw new IOException("boom");
    }
    if (items.contains(DEFECT)) {
      throw new AssertionError("defect");
    }
    written.add(items);
    return items.stream().map(item -> "r" + item).toList();
  }

  private static String answer(CompletableFuture<String> answer) throws Exception {
    return answer.get(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS);
  }
}
