package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.axonframework.eventsourcing.utils.EventStoreTestUtils.createEvent;
import static org.axonframework.eventsourcing.utils.EventStoreTestUtils.createEvents;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.AsOf;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.axonframework.eventhandling.deadletter.jpa.DeadLetterEventEntry;
import org.axonframework.eventhandling.deadletter.jpa.EventMessageDeadLetterJpaConverter;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.serialization.TestSerializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Axon asks of its own event store (EmbeddedEventStoreTest), asked of this one, and what a shared tail adds. */
@Timeout(120)
class PostgresEventStoreIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private HikariDataSource dataSource;
    private PostgresEventLog log;
    private PostgresEventStorageEngine engine;
    private PostgresEventStore store;
    private LogSignals signals;

    @BeforeEach
    void open() {
        dataSource = new HikariDataSource();
        dataSource.setDataSource(TestDatabase.migrated().dataSource());
        dataSource.setMaximumPoolSize(6);
        signals = new LogSignals();
        log = new PostgresEventLog(dataSource, AppendSettings.defaults(), signals);
        engine = engine(log, entries -> entries);
        store = store(engine, signals);
    }

    @AfterEach
    void close() {
        while (CurrentUnitOfWork.isStarted()) {
            CurrentUnitOfWork.get().rollback();
        }
        store.shutDownTail();
        log.close();
        dataSource.close();
    }

    private static PostgresEventStorageEngine engine(PostgresEventLog log, EventUpcaster upcaster) {
        return PostgresEventStorageEngine.builder(log)
                .eventSerializer(TestSerializer.JACKSON.getSerializer())
                .snapshotSerializer(TestSerializer.JACKSON.getSerializer())
                .upcasterChain(upcaster)
                .build();
    }

    private static EventUpcaster once(AtomicBoolean fails) {
        return entries -> entries.peek(entry -> {
            if (fails.getAndSet(false)) {
                throw new StackOverflowError("as JSON that is nested too deep");
            }
        });
    }

    private PostgresEventStore store(PostgresEventStorageEngine storage, LogSignals signals) {
        return PostgresEventStore.builder(log, storage, signals, Duration.ofMillis(50))
                .build();
    }

    @Nested
    class A_stream {

        @Test
        void has_at_once_what_was_published_before_it_was_opened() throws Exception {
            DomainEventMessage<?> published = createEvent();
            store.publish(published);

            try (TrackingEventStream stream = store.openStream(null)) {
                assertThat(stream.hasNextAvailable()).isTrue();
                TrackedEventMessage<?> event = stream.nextAvailable();
                assertThat(event.getIdentifier()).isEqualTo(published.getIdentifier());
                assertThat(event.getPayload()).isEqualTo(published.getPayload());
                assertThat(((DomainEventMessage<?>) event).getAggregateIdentifier())
                        .isEqualTo(published.getAggregateIdentifier());
                assertThat(event.trackingToken()).isEqualTo(new GlobalSequenceTrackingToken(1));
            }
        }

        @Test
        void hands_on_what_is_published_while_its_reader_waits() throws Exception {
            try (TrackingEventStream stream = store.openStream(null);
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                assertThat(stream.hasNextAvailable()).isFalse();
                Future<TrackedEventMessage<?>> reader = threads.submit(stream::nextAvailable);
                DomainEventMessage<?> published = createEvent();
                store.publish(published);
                assertThat(reader.get(30, TimeUnit.SECONDS).getIdentifier()).isEqualTo(published.getIdentifier());
            }
        }

        @Test
        void blocks_at_the_end_of_the_log_and_goes_on_from_there() throws Exception {
            store.publish(createEvent());
            CountDownLatch first = new CountDownLatch(1);
            CountDownLatch both = new CountDownLatch(2);
            try (TrackingEventStream stream = store.openStream(null);
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<?> reader =
                        threads.submit(() -> stream.asStream().limit(2).forEach(event -> {
                            first.countDown();
                            both.countDown();
                        }));
                assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(both.await(100, TimeUnit.MILLISECONDS)).isFalse();
                store.publish(createEvent("another", 0));
                reader.get(30, TimeUnit.SECONDS);
            }
        }

        @Test
        void is_continued_with_the_last_token() throws Exception {
            List<? extends EventMessage<?>> events = createEvents(2);
            store.publish(events);
            try (TrackingEventStream stream = store.openStream(null)) {
                TrackedEventMessage<?> first = stream.nextAvailable();
                try (TrackingEventStream next = store.openStream(first.trackingToken())) {
                    assertThat(first.getIdentifier()).isEqualTo(events.get(0).getIdentifier());
                    assertThat(next.nextAvailable().getIdentifier())
                            .isEqualTo(events.get(1).getIdentifier());
                }
            }
        }

        @Test
        void peeks_without_taking() throws Exception {
            store.publish(createEvents(2));
            try (TrackingEventStream stream = store.openStream(null)) {
                assertThat(stream.peek()).isPresent();
                TrackedEventMessage<?> peeked = stream.peek().orElseThrow();
                assertThat(stream.nextAvailable()).isSameAs(peeked);
                assertThat(stream.nextAvailable().trackingToken()).isEqualTo(new GlobalSequenceTrackingToken(2));
                assertThat(stream.peek()).isEmpty();
            }
        }

        @Test
        void waits_as_long_as_it_is_told_and_no_longer() throws Exception {
            try (TrackingEventStream stream = store.openStream(null)) {
                long started = System.nanoTime();
                assertThat(stream.hasNextAvailable(150, TimeUnit.MILLISECONDS)).isFalse();
                assertThat(Duration.ofNanos(System.nanoTime() - started))
                        .isBetween(Duration.ofMillis(140), Duration.ofSeconds(10));
            }
        }

        @Test
        void shares_the_decoded_events_of_the_ring_with_other_readers() throws Exception {
            try (TrackingEventStream stream = store.openStream(null)) {
                await().until(() -> store.tailPosition() >= 0);
                store.publish(createEvents(2));
                await().until(() -> store.tailPosition() == 2);
                TrackedEventMessage<?> first = stream.nextAvailable();
                TrackedEventMessage<?> second = stream.nextAvailable();
                try (TrackingEventStream late = store.openStream(first.trackingToken())) {
                    assertThat(late.nextAvailable()).isSameAs(second);
                }
            }
        }

        @Test
        void has_events_that_axons_dead_letter_queue_on_jpa_can_keep() throws Exception {
            NamedEventSerializer json = NamedEventSerializer.of(EventTypeRegistry.empty());
            PostgresEventStore named = store(
                    PostgresEventStorageEngine.builder(log)
                            .eventSerializer(json)
                            .snapshotSerializer(json)
                            .build(),
                    signals);
            EventMessageDeadLetterJpaConverter letters = new EventMessageDeadLetterJpaConverter();
            store.publish(createEvent());
            try (TrackingEventStream stream = named.openStream(null)) {
                TrackedEventMessage<?> event = stream.nextAvailable();
                assertThat(letters.canConvert(event)).isTrue();
                DeadLetterEventEntry letter = letters.convert(event, json, json);
                assertThat(letters.canConvert(letter)).isTrue();
                assertThat(letters.convert(letter, json, json))
                        .hasSameClassAs(event)
                        .extracting(Message::getIdentifier, Message::getPayload)
                        .containsExactly(event.getIdentifier(), event.getPayload());
            } finally {
                named.shutDownTail();
            }
        }

        @Test
        void finds_what_another_node_wrote() throws Exception {
            try (TrackingEventStream stream = store.openStream(null);
                    PostgresEventLog other =
                            new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals())) {
                assertThat(stream.hasNextAvailable()).isFalse();
                engine(other, entries -> entries).appendEvents(createEvent());
                assertThat(stream.hasNextAvailable(20, TimeUnit.SECONDS)).isTrue();
            }
        }

        @Test
        void that_fell_out_of_the_ring_reads_pages_until_it_is_back() throws Exception {
            try (TrackingEventStream slow = store.openStream(null);
                    TrackingEventStream quick = store.openStream(null)) {
                assertThat(slow.hasNextAvailable()).isFalse();
                int count = 9_500;
                for (int from = 0; from < count; from += 500) {
                    store.publish(events("long", from, 500));
                }
                assertThat(positions(quick, count)).containsExactlyElementsOf(oneTo(count));
                assertThat(positions(slow, count)).containsExactlyElementsOf(oneTo(count));
                store.publish(createEvent("after", 0));
                assertThat(slow.nextAvailable()).isSameAs(quick.nextAvailable());
            }
        }

        @Test
        void goes_on_after_an_error_that_is_no_exception() throws Exception {
            AtomicBoolean fails = new AtomicBoolean();
            PostgresEventStore failing = store(engine(log, once(fails)), new LogSignals());
            try (TrackingEventStream stream = failing.openStream(null)) {
                assertThat(stream.hasNextAvailable()).isFalse();
                await().until(() -> failing.tailPosition() >= 0);
                fails.set(true);
                failing.publish(createEvent());
                assertThat(stream.hasNextAvailable(30, TimeUnit.SECONDS)).isTrue();
                assertThat(fails).isFalse();
            } finally {
                failing.shutDownTail();
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 5})
        void is_broken_off_when_a_standby_takes_over_that_had_less(int more) throws Exception {
            store.publish(events("stream", 0, 10));
            try (TrackingEventStream stream = store.openStream(null)) {
                assertThat(positions(stream, 10)).containsExactlyElementsOf(oneTo(10));
                await().until(() -> store.tailPosition() == 10);
                delete("position > 7");
                store.publish(events("another", 0, more));

                assertThatThrownBy(() -> stream.hasNextAvailable(30, TimeUnit.SECONDS))
                        .hasMessageContaining("begin again");
            }
            try (TrackingEventStream again = store.openStream(new GlobalSequenceTrackingToken(7))) {
                assertThat(positions(again, more))
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(8, 7 + more).boxed().toList());
                await().until(() -> signals.knownHead() == 7 + more);
            }
        }

        @Test
        void goes_on_after_what_was_archived_while_nobody_read() throws Exception {
            store.publish(events("stream", 0, 10));
            try (TrackingEventStream stream = store.openStream(null)) {
                assertThat(positions(stream, 10)).containsExactlyElementsOf(oneTo(10));
                await().until(() -> store.tailPosition() == 10);
            }
            store.publish(events("another", 0, 2));
            delete("position <= 10");

            try (TrackingEventStream stream = store.openStream(new GlobalSequenceTrackingToken(10))) {
                assertThat(positions(stream, 2)).containsExactly(11L, 12L);
                store.publish(events("another", 2, 1));
                assertThat(positions(stream, 1)).containsExactly(13L);
            }
        }

        @Test
        void calls_back_when_there_is_something_to_read() {
            AtomicInteger called = new AtomicInteger();
            try (TrackingEventStream stream = store.openStream(null)) {
                assertThat(stream.setOnAvailableCallback(called::incrementAndGet))
                        .isTrue();
                await().until(() -> store.tailPosition() >= 0);
                int before = called.get();
                store.publish(createEvent());
                await().atMost(SOON).until(() -> called.get() > before);
                assertThat(stream.hasNextAvailable()).isTrue();
            }
        }

        @Test
        void is_not_held_up_by_a_callback_of_another_that_fails() throws Exception {
            try (TrackingEventStream broken = store.openStream(null);
                    TrackingEventStream stream = store.openStream(null)) {
                broken.setOnAvailableCallback(() -> {
                    throw new IllegalStateException("the callback is broken");
                });
                for (int n = 0; n < 3; n++) {
                    store.publish(createEvent("stream-" + n, 0));
                    assertThat(stream.hasNextAvailable(30, TimeUnit.SECONDS)).isTrue();
                    assertThat(stream.nextAvailable().trackingToken())
                            .isEqualTo(new GlobalSequenceTrackingToken(n + 1));
                }
            }
        }

        @Test
        void that_is_closed_lets_its_reader_go_and_is_called_no_more() throws Exception {
            AtomicInteger called = new AtomicInteger();
            TrackingEventStream stream = store.openStream(null);
            try (TrackingEventStream other = store.openStream(null);
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                stream.setOnAvailableCallback(called::incrementAndGet);
                Future<Boolean> reader = threads.submit(() -> stream.hasNextAvailable(10, TimeUnit.MINUTES));
                Future<TrackedEventMessage<?>> taker = threads.submit(stream::nextAvailable);
                stream.close();
                assertThat(reader.get(30, TimeUnit.SECONDS)).isFalse();
                assertThatThrownBy(() -> taker.get(30, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(IllegalStateException.class);
                int before = called.get();
                store.publish(createEvent());
                assertThat(other.hasNextAvailable(30, TimeUnit.SECONDS)).isTrue();
                assertThat(called).hasValue(before);
            }
        }

        @Test
        void ends_when_the_store_shuts_down() throws Exception {
            try (TrackingEventStream stream = store.openStream(null);
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Boolean> reader = threads.submit(() -> stream.hasNextAvailable(10, TimeUnit.MINUTES));
                store.shutDownTail();
                assertThat(reader.get(30, TimeUnit.SECONDS)).isFalse();
                assertThatThrownBy(() -> store.openStream(null)).hasMessage("the event store is shut down");
            }
        }
    }

    @Nested
    class Many_readers {

        @Test
        void some_late_and_some_from_the_start_all_see_all_while_writers_append() throws Exception {
            int writers = 6;
            int appends = 150;
            int total = writers * appends;
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<List<Long>>> readers = new ArrayList<>();
                for (int n = 0; n < 3; n++) {
                    readers.add(threads.submit(() -> readAll(null, total)));
                }
                List<Callable<@Nullable Void>> work = new ArrayList<>();
                for (int n = 0; n < writers; n++) {
                    String stream = "writer-" + n;
                    work.add(() -> {
                        for (int version = 0; version < appends; version++) {
                            store.publish(createEvent(stream, version));
                        }
                        return null;
                    });
                }
                List<Future<@Nullable Void>> done =
                        work.stream().map(threads::submit).toList();
                await().atMost(SOON).until(() -> store.tailPosition() > total / 3);
                readers.add(threads.submit(() -> readAll(null, total)));
                int middle = total / 4;
                Future<List<Long>> late =
                        threads.submit(() -> readAll(new GlobalSequenceTrackingToken(middle), total - middle));
                for (Future<@Nullable Void> writer : done) {
                    writer.get(30, TimeUnit.SECONDS);
                }
                for (Future<List<Long>> reader : readers) {
                    assertThat(reader.get(30, TimeUnit.SECONDS)).containsExactlyElementsOf(oneTo(total));
                }
                assertThat(late.get(30, TimeUnit.SECONDS))
                        .containsExactlyElementsOf(LongStream.rangeClosed(middle + 1, total)
                                .boxed()
                                .toList());
            }
        }

        private List<Long> readAll(@Nullable GlobalSequenceTrackingToken from, int count) throws InterruptedException {
            try (TrackingEventStream stream = store.openStream(from)) {
                return positions(stream, count);
            }
        }
    }

    @Nested
    class Readers_far_behind {

        private final LogSignals signals = new LogSignals();
        private CountedStatements statements;
        private PostgresEventLog counted;

        @BeforeEach
        void openLog() {
            statements = new CountedStatements(dataSource);
            counted = new PostgresEventLog(statements.dataSource(), AppendSettings.defaults(), signals);
        }

        @AfterEach
        void closeLog() {
            counted.close();
        }

        @Test
        void share_what_is_read_and_decoded() throws Exception {
            int count = 12_000;
            publish(count);
            PostgresEventStore late = opened(64 << 20);
            try (TrackingEventStream one = late.openStream(null);
                    TrackingEventStream two = late.openStream(null);
                    TrackingEventStream three = late.openStream(new GlobalSequenceTrackingToken(1_500))) {
                await().until(() -> late.tailPosition() == count);
                statements.forget();
                for (int n = 1; n <= count; n++) {
                    TrackedEventMessage<?> event = one.nextAvailable();
                    assertThat(PostgresEventStorageEngine.position(event.trackingToken()))
                            .isEqualTo(n);
                    assertThat(two.nextAvailable()).isSameAs(event);
                    if (n > 1_500) {
                        assertThat(three.nextAvailable()).isSameAs(event);
                    }
                }
                assertThat(statements.sent().stream().filter(sql -> sql.contains("read_log")))
                        .hasSizeLessThan(2 * count / 1_000);
            } finally {
                late.shutDownTail();
            }
        }

        @Test
        void see_everything_also_when_next_to_nothing_may_be_kept() throws Exception {
            int count = 3_000;
            publish(count);
            PostgresEventStore late = opened(20_000);
            try (TrackingEventStream slow = late.openStream(null);
                    TrackingEventStream quick = late.openStream(null)) {
                await().until(() -> late.tailPosition() == count);
                assertThat(positions(quick, count)).containsExactlyElementsOf(oneTo(count));
                late.publish(events("more", 0, 500));
                assertThat(positions(slow, count + 500)).containsExactlyElementsOf(oneTo(count + 500));
            } finally {
                late.shutDownTail();
            }
        }

        @Test
        void are_told_of_an_error_that_is_no_exception_and_may_ask_again() throws Exception {
            publish(1_000);
            AtomicBoolean fails = new AtomicBoolean(true);
            PostgresEventStore failing = store(engine(counted, once(fails)), signals);
            try (TrackingEventStream stream = failing.openStream(null)) {
                await().until(() -> failing.tailPosition() == 1_000);
                CompletableFuture<Boolean> first =
                        CompletableFuture.supplyAsync(() -> stream.peek().isPresent());
                assertThatThrownBy(() -> first.get(10, TimeUnit.SECONDS))
                        .hasRootCauseInstanceOf(StackOverflowError.class);
                assertThat(positions(stream, 1_000)).containsExactlyElementsOf(oneTo(1_000));
            } finally {
                failing.shutDownTail();
            }
        }

        private void publish(int count) {
            for (int from = 0; from < count; from += 500) {
                store.publish(events("long", from, 500));
            }
        }

        private PostgresEventStore opened(long window) {
            return PostgresEventStore.builder(
                            counted, engine(counted, entries -> entries), signals, Duration.ofMinutes(1))
                    .readWindow(window)
                    .build();
        }
    }

    @Nested
    class An_aggregate {

        private String unreadable = "";
        private final String aggregate = UUID.randomUUID().toString();

        @Test
        void is_loaded_without_a_snapshot() {
            store.publish(createEvents(() -> aggregate, 110));
            assertThat(versions())
                    .containsExactlyElementsOf(LongStream.range(0, 110).boxed().toList());
        }

        @Test
        void is_loaded_from_its_snapshot_on() {
            store.publish(createEvents(() -> aggregate, 110));
            store.storeSnapshot(createEvent(aggregate, 30));
            assertThat(versions())
                    .containsExactlyElementsOf(LongStream.range(30, 110).boxed().toList());
        }

        @Test
        void of_ten_thousand_events_is_loaded_whole_wherever_its_pages_end() {
            List<? extends DomainEventMessage<?>> events = createEvents(() -> aggregate, 10_000);
            for (int from = 0; from < 10_000; from += 500) {
                store.publish(events.subList(from, from + 500));
            }
            assertThat(versions())
                    .containsExactlyElementsOf(
                            LongStream.range(0, 10_000).boxed().toList());

            // A page has a thousand: after these there are nine, one and a bit, and just one.
            for (long snapshot : new long[] {999, 8_998, 8_999}) {
                store.storeSnapshot(createEvent(aggregate, snapshot));
                assertThat(versions())
                        .containsExactlyElementsOf(
                                LongStream.range(snapshot, 10_000).boxed().toList());
            }
        }

        @Test
        void is_loaded_from_its_events_when_the_snapshot_cannot_be_read() {
            LogSignals signals = new LogSignals();
            PostgresEventStore refusing = store(
                    engine(
                            log,
                            entries -> entries.peek(entry -> {
                                if (entry.getMessageIdentifier().equals(unreadable)) {
                                    throw new IllegalStateException("this shape is not known any more");
                                }
                            })),
                    signals);
            store.publish(createEvents(() -> aggregate, 110));
            DomainEventMessage<?> snapshot = createEvent(aggregate, 30);
            unreadable = snapshot.getIdentifier();
            store.storeSnapshot(snapshot);

            assertThat(refusing.readEvents(aggregate).asStream().map(DomainEventMessage::getSequenceNumber))
                    .containsExactlyElementsOf(LongStream.range(0, 110).boxed().toList());
        }

        @Test
        void is_read_as_it_was() {
            store.publish(createEvents(() -> aggregate, 10));
            store.storeSnapshot(createEvent(aggregate, 8));

            assertThat(store.readEventsAsOf(aggregate, new AsOf.Version(3)).asStream())
                    .hasSize(4);
            assertThat(store.readEventsAsOf(aggregate, new AsOf.Position(9)).asStream())
                    .hasSize(9);
        }

        @Test
        void includes_what_its_unit_of_work_published() {
            List<DomainEventMessage<?>> events = createEvents(() -> aggregate, 10);
            store.publish(events.subList(0, 2));
            DefaultUnitOfWork.startAndGet(null).execute(() -> {
                assertThat(versions()).hasSize(2);
                store.publish(events.subList(2, 10));
                assertThat(versions()).hasSize(10);
                assertThat(store.readEvents(aggregate, 2).asStream()).hasSize(8);
                assertThat(store.lastSequenceNumberFor(aggregate)).contains(9L);
            });
            assertThat(versions()).hasSize(10);
        }

        @Test
        void is_unchanged_for_others_until_the_commit_and_after_a_rollback() {
            List<DomainEventMessage<?>> events = createEvents(() -> aggregate, 10);
            store.publish(events.subList(0, 2));
            DefaultUnitOfWork<Message<?>> unitOfWork = DefaultUnitOfWork.startAndGet(null);
            store.publish(events.subList(2, 10));

            CurrentUnitOfWork.clear(unitOfWork);
            assertThat(versions()).hasSize(2);
            CurrentUnitOfWork.set(unitOfWork);
            assertThat(versions()).hasSize(10);
            unitOfWork.rollback();

            assertThat(versions()).hasSize(2);
        }

        @Test
        void has_its_events_once_in_every_phase_of_nested_units_of_work() {
            List<DomainEventMessage<?>> events = createEvents(() -> aggregate, 10);
            store.publish(events.subList(0, 2));
            DefaultUnitOfWork<Message<?>> outer = DefaultUnitOfWork.startAndGet(null);
            store.publish(events.subList(2, 4));
            DefaultUnitOfWork<Message<?>> inner = DefaultUnitOfWork.startAndGet(null);
            store.publish(events.subList(4, 10));
            List<String> seen = new ArrayList<>();
            note("inner", inner, seen);
            note("outer", outer, seen);

            inner.commit();
            outer.commit();

            assertThat(seen)
                    .containsExactlyInAnyOrder(
                            "inner prepare 10",
                            "inner commit 10",
                            "inner after 10",
                            "outer prepare 10",
                            "outer commit 10",
                            "outer after 10");
        }

        private void note(String name, UnitOfWork<Message<?>> unitOfWork, List<String> seen) {
            unitOfWork.onPrepareCommit(
                    unit -> seen.add(name + " prepare " + versions().size()));
            unitOfWork.onCommit(unit -> seen.add(name + " commit " + versions().size()));
            unitOfWork.afterCommit(
                    unit -> seen.add(name + " after " + versions().size()));
        }

        private List<Long> versions() {
            return store.readEvents(aggregate)
                    .asStream()
                    .<Long>map(DomainEventMessage::getSequenceNumber)
                    .toList();
        }
    }

    private void delete(String which) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM event_store.event WHERE " + which);
        }
    }

    private static List<DomainEventMessage<?>> events(String stream, int from, int count) {
        List<DomainEventMessage<?>> events = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            events.add(createEvent(stream, from + n));
        }
        return events;
    }

    private static List<Long> positions(TrackingEventStream stream, int count) throws InterruptedException {
        List<Long> positions = new ArrayList<>();
        while (positions.size() < count) {
            positions.add(
                    PostgresEventStorageEngine.position(stream.nextAvailable().trackingToken()));
        }
        return positions;
    }

    private static List<Long> oneTo(int count) {
        return LongStream.rangeClosed(1, count).boxed().toList();
    }
}
