package dev.varve.transit.command.mvg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.transit.events.ExternalStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RefreshingCacheTest {

    private static final String KEY = "mvg:departures:a:10:0:all";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ManualTicker ticker = new ManualTicker();
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final RefreshingCache<String> cache = cacheWaiting(Duration.ofSeconds(10));

    @AfterEach
    void stopCallers() {
        callers.shutdownNow();
    }

    private RefreshingCache<String> cacheWaiting(Duration lockWait) {
        MvgSettings.CacheSettings settings = Settings.cache(lockWait);
        return new RefreshingCache<>(
                "mvg_departures", settings.departures(), settings, new MvgMetrics(registry), ticker, background::add);
    }

    private static Supplier<Loaded<String>> brings(String value) {
        return () -> new Loaded.Whole<>(value);
    }

    private static Supplier<Loaded<String>> fails() {
        return () -> {
            throw new UpstreamFailure(ExternalStatus.DOWNSTREAM_ERROR, "MVG answered 500", null);
        };
    }

    private static Supplier<Loaded<String>> knowsNone() {
        return () -> new Loaded.Missing<>("no such station");
    }

    private static Supplier<Loaded<String>> isNotAsked() {
        return () -> {
            throw new AssertionError("MVG was asked");
        };
    }

    private static CacheAnswer<String> found(String value, CacheStatus status) {
        return new CacheAnswer.Found<>(value, status);
    }

    private Map<String, Integer> events() {
        Map<String, Integer> events = new TreeMap<>();
        for (Counter counter : registry.find("bahnvision.cache.events").counters()) {
            events.put(counter.getId().getTag("event"), (int) counter.count());
        }
        return events;
    }

    private void afterSeconds(int seconds) {
        ticker.advance(Duration.ofSeconds(seconds));
    }

    @Test
    void fetched_in_this_request_is_a_miss_and_again_while_fresh_a_hit() {
        assertThat(cache.get(KEY, brings("one"))).isEqualTo(found("one", CacheStatus.MISS));
        afterSeconds(29);
        assertThat(cache.get(KEY, isNotAsked())).isEqualTo(found("one", CacheStatus.HIT));
        assertThat(events()).isEqualTo(Map.of("miss", 1, "refresh_success", 1, "hit", 1));
        assertThat(registry.get("bahnvision.cache.refresh")
                        .tag("cache", "mvg_departures")
                        .timer()
                        .count())
                .isOne();
    }

    @Test
    void a_stale_entry_is_served_at_once_and_refreshed_in_the_background() {
        cache.get(KEY, brings("one"));
        afterSeconds(30);

        assertThat(cache.get(KEY, brings("two"))).isEqualTo(found("one", CacheStatus.STALE_REFRESH));
        background.remove().run();
        assertThat(cache.get(KEY, isNotAsked())).isEqualTo(found("two", CacheStatus.HIT));
    }

    @Test
    void an_entry_past_its_stale_time_is_gone() {
        cache.get(KEY, brings("one"));
        afterSeconds(300);

        assertThat(cache.get(KEY, brings("two"))).isEqualTo(found("two", CacheStatus.MISS));
    }

    @Test
    void a_background_refresh_that_fails_leaves_the_stale_entry() {
        cache.get(KEY, brings("one"));
        afterSeconds(30);
        cache.get(KEY, fails());
        background.remove().run();

        assertThat(cache.get(KEY, fails())).isEqualTo(found("one", CacheStatus.STALE_REFRESH));
        assertThat(events()).containsEntry("background_error", 1).containsEntry("refresh_error", 1);
    }

    @Test
    void a_background_refresh_that_finds_nothing_replaces_the_stale_entry() {
        cache.get(KEY, brings("one"));
        afterSeconds(30);
        cache.get(KEY, knowsNone());
        background.remove().run();

        assertThat(cache.get(KEY, isNotAsked())).isEqualTo(new CacheAnswer.NotFound<>("no such station", true));
        assertThat(events()).containsEntry("background_not_found", 1).containsEntry("refresh_not_found", 1);
    }

    @Test
    void that_there_is_no_such_thing_is_believed_for_fifteen_seconds() {
        assertThat(cache.get(KEY, knowsNone())).isEqualTo(new CacheAnswer.NotFound<>("no such station", false));
        afterSeconds(14);
        assertThat(cache.get(KEY, isNotAsked())).isEqualTo(new CacheAnswer.NotFound<>("no such station", true));
        afterSeconds(1);
        assertThat(cache.get(KEY, brings("one"))).isEqualTo(found("one", CacheStatus.MISS));
        assertThat(events()).containsEntry("not_found", 1).containsEntry("refresh_not_found", 1);
    }

    @Test
    void an_upstream_error_without_a_stale_copy_is_the_callers() {
        assertThatThrownBy(() -> cache.get(KEY, fails())).isInstanceOf(UpstreamFailure.class);
        assertThat(events()).isEqualTo(Map.of("miss", 1, "refresh_error", 1));
        assertThat(cache.get(KEY, brings("one"))).isEqualTo(found("one", CacheStatus.MISS));
    }

    @Test
    void a_partial_answer_is_fresh_no_longer_than_a_not_found() {
        cache.get(KEY, () -> new Loaded.Partial<>("half"));
        afterSeconds(15);

        assertThat(cache.get(KEY, brings("whole"))).isEqualTo(found("half", CacheStatus.STALE_REFRESH));
    }

    @Nested
    class Concurrently {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch gate = new CountDownLatch(1);

        private Supplier<Loaded<String>> slowly(Supplier<Loaded<String>> source) {
            return () -> {
                asked.countDown();
                await(gate);
                return source.get();
            };
        }

        private Future<CacheAnswer<String>> call(Callable<CacheAnswer<String>> get) {
            return callers.submit(get);
        }

        /** Returns when the caller waits for the flight of another one. */
        private Future<CacheAnswer<String>> callThatWaits(Callable<CacheAnswer<String>> get) {
            FutureTask<CacheAnswer<String>> answer = new FutureTask<>(get);
            Thread caller = Thread.ofVirtual().start(answer);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> caller.getState() == Thread.State.TIMED_WAITING);
            return answer;
        }

        @Test
        void a_hundred_callers_make_one_request() throws Exception {
            AtomicInteger requests = new AtomicInteger();
            CountDownLatch waiting = new CountDownLatch(1);
            List<Future<CacheAnswer<String>>> answers = new ArrayList<>();
            Supplier<Loaded<String>> source = () -> {
                requests.incrementAndGet();
                asked.countDown();
                await(waiting);
                return new Loaded.Whole<>("one");
            };
            answers.add(call(() -> cache.get(KEY, source)));
            await(asked);
            for (int i = 0; i < 99; i++) {
                answers.add(call(() -> cache.get(KEY, source)));
            }
            waiting.countDown();
            for (Future<CacheAnswer<String>> answer : answers) {
                assertThat(answer.get(10, TimeUnit.SECONDS))
                        .isIn(found("one", CacheStatus.MISS), found("one", CacheStatus.HIT));
            }
            assertThat(requests).hasValue(1);
        }

        @Test
        void those_who_wait_share_the_leaders_failure() throws Exception {
            Future<CacheAnswer<String>> leader = call(() -> cache.get(KEY, slowly(fails())));
            await(asked);
            Future<CacheAnswer<String>> waiter = callThatWaits(() -> cache.get(KEY, isNotAsked()));
            gate.countDown();

            assertThatThrownBy(() -> leader.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(UpstreamFailure.class);
            assertThatThrownBy(() -> waiter.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(UpstreamFailure.class);
        }

        @Test
        void a_wait_that_takes_too_long_without_a_stale_copy_is_the_callers() throws Exception {
            RefreshingCache<String> impatient = cacheWaiting(Duration.ofMillis(20));
            Future<CacheAnswer<String>> leader = call(() -> impatient.get(KEY, slowly(brings("one"))));
            await(asked);

            assertThatThrownBy(() -> impatient.get(KEY, isNotAsked())).isInstanceOf(RefreshTimeout.class);
            gate.countDown();
            assertThat(leader.get(10, TimeUnit.SECONDS)).isEqualTo(found("one", CacheStatus.MISS));
            assertThat(events()).containsEntry("lock_timeout", 1);
        }

        @Test
        void after_the_locks_time_another_one_may_try_and_the_late_failure_shows_its_copy_as_stale() throws Exception {
            Future<CacheAnswer<String>> late = call(() -> cache.get(KEY, slowly(fails())));
            await(asked);
            afterSeconds(5);
            assertThat(cache.get(KEY, brings("two"))).isEqualTo(found("two", CacheStatus.MISS));
            afterSeconds(31);
            gate.countDown();

            assertThat(late.get(10, TimeUnit.SECONDS)).isEqualTo(found("two", CacheStatus.STALE));
            assertThat(events()).containsEntry("stale_return", 1);
        }

        @Test
        void a_wait_that_takes_too_long_shows_the_copy_that_came_meanwhile_as_stale() throws Exception {
            RefreshingCache<String> impatient = cacheWaiting(Duration.ofSeconds(1));
            Future<CacheAnswer<String>> leader = call(() -> impatient.get(KEY, slowly(brings("late"))));
            await(asked);
            Future<CacheAnswer<String>> waiter = callThatWaits(() -> impatient.get(KEY, isNotAsked()));
            afterSeconds(5);
            assertThat(impatient.get(KEY, brings("two"))).isEqualTo(found("two", CacheStatus.MISS));

            assertThat(waiter.get(10, TimeUnit.SECONDS)).isEqualTo(found("two", CacheStatus.STALE));
            assertThat(events()).containsEntry("lock_timeout", 1);
            gate.countDown();
            leader.get(10, TimeUnit.SECONDS);
        }

        @Test
        void only_one_background_refresh_is_started() throws Exception {
            cache.get(KEY, brings("one"));
            afterSeconds(30);
            cache.get(KEY, slowly(brings("two")));
            Future<?> refresh = callers.submit(background.remove());
            await(asked);

            assertThat(cache.get(KEY, isNotAsked())).isEqualTo(found("one", CacheStatus.STALE_REFRESH));
            assertThat(background).isEmpty();
            gate.countDown();
            refresh.get(10, TimeUnit.SECONDS);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("a signal did not come");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
