package dev.varve.command.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IngestionRunnerTest {

    private static final IngestionJob JOB =
            new IngestionJob("import test", "digest", Map.of(), Map.of(), 0, ImportMode.WRITE);

    private final RecordedRuns runs = new RecordedRuns();

    @Test
    void counts_rows_by_kind_and_completes_the_run() {
        IngestionRunner runner = new IngestionRunner(
                command -> command.equals("bad")
                        ? new RowOutcome.Refused("a rule")
                        : command.equals("known") ? new RowOutcome.Unchanged() : new RowOutcome.Recorded(),
                null);

        IngestionReport report = run(runner, sink -> {
            sink.submit(IngestionRow.of("stations", "stops.txt", 2, "s1", "new"));
            sink.submit(IngestionRow.of("stations", "stops.txt", 3, "s2", "known"));
            sink.submit(IngestionRow.of("lines", "routes.txt", 2, "l1", "bad"));
            sink.reject("lines", "routes.txt", 3, "no id");
            sink.note("a note");
        });

        assertThat(report.countsByKind())
                .containsEntry("stations", new RowCounts(2, 1, 1, 0))
                .containsEntry("lines", new RowCounts(2, 0, 0, 2));
        assertThat(runs.ended).containsExactly("succeeded " + new RowCounts(4, 1, 1, 2) + " rejections 2 notes a note");
    }

    @Test
    void a_row_of_several_commands_is_recorded_when_one_of_them_changed_something() {
        IngestionRunner runner = new IngestionRunner(
                command -> command.equals("new") ? new RowOutcome.Recorded() : new RowOutcome.Unchanged(), null);

        IngestionReport report = run(
                runner,
                sink -> sink.submit(
                        new IngestionRow("departures", "f", 1, "key", List.of("known", "new", "known"), null)));

        assertThat(report.counts()).isEqualTo(new RowCounts(1, 1, 0, 0));
    }

    @Test
    void rows_of_one_key_keep_their_order_and_rows_of_many_keys_run_at_the_same_time() {
        Map<String, List<Integer>> seen = new ConcurrentHashMap<>();
        CountDownLatch manyAtOnce = new CountDownLatch(2);
        IngestionRunner runner = new IngestionRunner(
                command -> {
                    Object[] pair = (Object[]) command;
                    seen.computeIfAbsent((String) pair[0], any -> new ArrayList<>())
                            .add((Integer) pair[1]);
                    manyAtOnce.countDown();
                    awaitUninterruptibly(manyAtOnce);
                    return new RowOutcome.Recorded();
                },
                null);

        run(runner, sink -> {
            for (int i = 0; i < 50; i++) {
                for (int key = 0; key < 100; key++) {
                    sink.submit(IngestionRow.of("rows", "f", i, "key" + key, new Object[] {"key" + key, i}));
                }
            }
        });

        List<Integer> inOrder = java.util.stream.IntStream.range(0, 50).boxed().toList();
        assertThat(seen).hasSize(100).allSatisfy((key, rows) -> assertThat(rows).isEqualTo(inOrder));
    }

    @Test
    void settle_waits_for_everything_submitted_before() {
        AtomicInteger done = new AtomicInteger();
        IngestionRunner runner = new IngestionRunner(
                command -> {
                    done.incrementAndGet();
                    return new RowOutcome.Recorded();
                },
                null);
        AtomicInteger doneWhenSettled = new AtomicInteger();

        run(runner, sink -> {
            for (int i = 0; i < 1000; i++) {
                sink.submit(IngestionRow.of("rows", "f", i, "key" + i, i));
            }
            sink.settle();
            doneWhenSettled.set(done.get());
        });

        assertThat(doneWhenSettled).hasValue(1000);
    }

    @Test
    void a_broken_machine_fails_the_run_and_does_not_hang_the_reader() {
        IngestionRunner runner = new IngestionRunner(
                command -> {
                    throw new IllegalStateException("the database is gone");
                },
                null);

        IngestionReport report = run(runner, sink -> {
            for (int i = 0; i < 100_000; i++) {
                sink.submit(IngestionRow.of("rows", "f", i, "key" + i, i));
            }
        });

        assertThat(report.failure()).isEqualTo("the database is gone");
        assertThat(runs.ended).containsExactly("failed the database is gone");
    }

    @Test
    void a_source_that_breaks_on_the_way_fails_the_run_after_what_was_submitted() {
        Set<Object> dispatched = ConcurrentHashMap.newKeySet();
        IngestionRunner runner = new IngestionRunner(
                command -> {
                    dispatched.add(command);
                    return new RowOutcome.Recorded();
                },
                null);

        IngestionReport report = run(runner, sink -> {
            sink.submit(IngestionRow.of("rows", "f", 1, "key", "first"));
            throw new IOException("disk full");
        });

        assertThat(report.failure()).isEqualTo("disk full");
        assertThat(report.counts()).isEqualTo(new RowCounts(1, 1, 0, 0));
        assertThat(dispatched).containsExactly("first");
    }

    @Test
    void a_shutdown_cuts_the_run_off_and_waits_until_the_log_knows() throws InterruptedException {
        CountDownLatch underWay = new CountDownLatch(1);
        IngestionRunner runner = new IngestionRunner(
                command -> {
                    underWay.countDown();
                    return new RowOutcome.Recorded();
                },
                null);
        Thread importing = Thread.ofVirtual()
                .start(() -> run(runner, sink -> {
                    for (int i = 0; true; i++) {
                        sink.submit(IngestionRow.of("rows", "f", i, "key" + i, i));
                    }
                }));

        underWay.await();
        runner.stopAll();

        assertThat(runs.ended).containsExactly("failed cut off by a shutdown");
        importing.join();
    }

    @Test
    void keeps_the_first_hundred_rejections_and_counts_all() {
        IngestionRunner runner = new IngestionRunner(command -> new RowOutcome.Recorded(), null);

        IngestionReport report = run(runner, sink -> {
            for (int i = 1; i <= 250; i++) {
                sink.reject("rows", "f", i, "broken");
            }
        });

        assertThat(report.rejections()).hasSize(100).startsWith(new RowRejection("f", 1, "broken"));
        assertThat(report.counts().rejected()).isEqualTo(250);
    }

    private IngestionReport run(IngestionRunner runner, IngestionRows rows) {
        return runner.run(new ContextImports(runs, RowStatements.none()), JOB, rows, IngestionConsole.silent());
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Remembers how runs ended. */
    private static final class RecordedRuns implements IngestionRuns {

        final List<String> ended = new ArrayList<>();

        @Override
        public Started start(IngestionJob job) {
            return new Started(new RunId("run"), false);
        }

        @Override
        public void succeed(RunId runId, RowCounts counts, List<RowRejection> rejections, @Nullable String notes) {
            ended.add("succeeded " + counts + " rejections " + rejections.size() + " notes " + notes);
        }

        @Override
        public void fail(RunId runId, RowCounts counts, List<RowRejection> rejections, String reason) {
            ended.add("failed " + reason);
        }
    }
}
