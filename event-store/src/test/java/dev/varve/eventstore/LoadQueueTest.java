package dev.varve.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.eventstore.LoadQueue.Wanted;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadQueueTest {

    private static final String BAD = "bad";

    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentLinkedQueue<List<String>> statements = new ConcurrentLinkedQueue<>();
    private final CountDownLatch answers = new CountDownLatch(1);
    private final LoadQueue queue = new LoadQueue(this::load, Duration.ofSeconds(10));

    @AfterEach
    void close() {
        answers.countDown();
        callers.close();
    }

    private List<List<RecordedEvent>> load(List<Wanted> wanted) {
        List<String> streams = asked(wanted);
        if (streams.contains(BAD)) {
            throw new EventLogException("could not read", new SQLException("refused", "22021"));
        }
        return streams.stream().map(stream -> List.of(event(stream))).toList();
    }

    private List<List<RecordedEvent>> fail(List<Wanted> wanted) {
        throw new EventLogException("could not read " + asked(wanted), new SQLException("away", "08006"));
    }

    private List<String> asked(List<Wanted> wanted) {
        List<String> streams = wanted.stream().map(Wanted::streamId).toList();
        statements.add(streams);
        try {
            assertThat(answers.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return streams;
    }

    private static RecordedEvent event(String stream) {
        return new RecordedEvent(1, "e", "Thing", stream, 0, "t", null, Instant.EPOCH, new byte[0], new byte[0]);
    }

    private Future<List<RecordedEvent>> wanting(LoadQueue from, String stream) {
        return callers.submit(() -> from.load(new Wanted(stream, 10)));
    }

    private List<Future<List<RecordedEvent>>> behindTwoOthers(LoadQueue from, List<String> streams) {
        List<Future<List<RecordedEvent>>> loads = new ArrayList<>();
        for (String first : List.of("first", "second")) {
            int before = statements.size();
            loads.add(wanting(from, first));
            await().until(() -> statements.size() > before);
        }
        for (String stream : streams) {
            int before = from.waiting();
            loads.add(wanting(from, stream));
            await().until(() -> from.waiting() > before);
        }
        return loads;
    }

    @Test
    void who_comes_alone_goes_at_once_and_on_his_own_thread() {
        answers.countDown();

        assertThat(queue.load(new Wanted("a", 10))).hasSize(1);
        assertThat(statements).containsExactly(List.of("a"));
    }

    @Test
    void those_who_come_while_others_are_under_way_go_together_and_get_their_own() throws Exception {
        List<Future<List<RecordedEvent>>> loads = behindTwoOthers(queue, List.of("c", "d", "e"));
        answers.countDown();

        for (Future<List<RecordedEvent>> load : loads) {
            assertThat(load.get(10, TimeUnit.SECONDS)).hasSize(1);
        }
        assertThat(loads.get(3).get().getFirst().streamId()).isEqualTo("d");
        // Both who were under way hand over, so those who wait may go in two groups.
        assertThat(statements).hasSizeLessThanOrEqualTo(4);
        assertThat(statements.stream().flatMap(List::stream))
                .containsExactlyInAnyOrder("first", "second", "c", "d", "e");
    }

    @Test
    void a_stream_that_the_server_refuses_fails_its_own_caller_only() throws Exception {
        List<Future<List<RecordedEvent>>> loads = behindTwoOthers(queue, List.of("c", BAD, "e"));
        answers.countDown();

        assertThat(loads.get(2).get(10, TimeUnit.SECONDS)).hasSize(1);
        assertThat(loads.get(4).get(10, TimeUnit.SECONDS)).hasSize(1);
        assertThatThrownBy(() -> loads.get(3).get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(EventLogException.class);
    }

    @Test
    void a_server_that_is_away_is_not_asked_again_for_each() {
        LoadQueue away = new LoadQueue(this::fail, Duration.ofSeconds(10));
        List<Future<List<RecordedEvent>>> loads = behindTwoOthers(away, List.of(BAD, "d", "e"));
        answers.countDown();

        loads.subList(2, 5)
                .forEach(load -> assertThatThrownBy(() -> load.get(10, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(EventLogException.class));
        // In one group or two, as above, and none of them again by itself.
        assertThat(statements).hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void all_who_wait_are_told_when_no_connection_was_to_be_had_in_time() {
        int more = LoadQueue.MOST_STREAMS + 10;
        LoadQueue away = new LoadQueue(
                wanted -> {
                    asked(wanted);
                    throw new EventLogException("no connection", new SQLTransientConnectionException("timed out"));
                },
                Duration.ofSeconds(10));
        List<Future<List<RecordedEvent>>> loads = behindTwoOthers(away, List.of());
        IntStream.range(0, more).forEach(n -> loads.add(wanting(away, "s" + n)));
        await().until(() -> away.waiting() == more);
        answers.countDown();

        loads.forEach(load ->
                assertThatThrownBy(() -> load.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(EventLogException.class));
        assertThat(statements).hasSizeLessThanOrEqualTo(4);
        assertThat(away.waiting()).isZero();
    }

    @Test
    void those_who_went_together_are_told_also_when_memory_ran_out() {
        LoadQueue poor = new LoadQueue(
                wanted -> {
                    asked(wanted);
                    throw new OutOfMemoryError("as in a test");
                },
                Duration.ofSeconds(1));
        List<Future<List<RecordedEvent>>> loads = behindTwoOthers(poor, List.of("c", "d", "e"));
        answers.countDown();

        // Whoever took the others along hears of it as it is.
        loads.forEach(load -> assertThatThrownBy(() -> load.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(OutOfMemoryError.class));
        assertThat(poor.waiting()).isZero();
    }

    @Test
    void who_waited_too_long_is_told_and_the_others_go_on() throws Exception {
        LoadQueue impatient = new LoadQueue(this::load, Duration.ofMillis(50));
        List<Future<List<RecordedEvent>>> loads = behindTwoOthers(impatient, List.of());
        Future<List<RecordedEvent>> late = wanting(impatient, "late");

        assertThatThrownBy(() -> late.get(10, TimeUnit.SECONDS)).hasMessageContaining("took longer than");

        answers.countDown();
        assertThat(loads.getFirst().get(10, TimeUnit.SECONDS)).hasSize(1);
        assertThat(impatient.load(new Wanted("next", 10))).hasSize(1);
    }
}
