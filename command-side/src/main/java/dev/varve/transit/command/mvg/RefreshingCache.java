package dev.varve.transit.command.mvg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.varve.transit.command.mvg.MvgSettings.CacheSettings;
import dev.varve.transit.command.mvg.MvgSettings.Lifetimes;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers of one kind, kept fresh for a while and stale for longer.
 *
 * <p>The order of the predecessor: a fresh entry is served; else a stale one is served and refreshed in the background;
 * else one caller fetches while the others wait for it; and when that fails or takes too long, a stale copy that has
 * come meanwhile is better than an error. That MVG knows no such thing is an entry too, never a stale one.
 */
final class RefreshingCache<T> {

    private static final Logger LOG = LoggerFactory.getLogger(RefreshingCache.class);

    private final String name;
    private final Lifetimes lifetimes;
    private final CacheSettings settings;
    private final MvgMetrics metrics;
    private final Ticker ticker;
    private final Executor background;
    private final Cache<String, Entry<T>> entries;
    private final ConcurrentMap<String, Flight<Entry<T>>> flights = new ConcurrentHashMap<>();

    /**
     * @param name its label in the metrics
     * @param background runs the refreshes that nobody waits for
     */
    RefreshingCache(
            String name,
            Lifetimes lifetimes,
            CacheSettings settings,
            MvgMetrics metrics,
            Ticker ticker,
            Executor background) {
        this.name = name;
        this.lifetimes = lifetimes;
        this.settings = settings;
        this.metrics = metrics;
        this.ticker = ticker;
        this.background = background;
        this.entries = Caffeine.newBuilder()
                .maximumSize(settings.maximumEntries())
                .ticker(ticker)
                .expireAfter(Expiry.<String, Entry<T>>writing((key, entry) -> entry.kept()))
                .build();
    }

    /**
     * The entry of a key.
     *
     * @param source asks MVG
     * @throws UpstreamFailure when MVG has no answer and there is no stale copy
     * @throws RefreshTimeout when somebody else's refresh took too long and there is no stale copy
     */
    CacheAnswer<T> get(String key, Supplier<Loaded<T>> source) {
        Entry<T> entry = entries.getIfPresent(key);
        if (entry != null && entry.isFresh(ticker.read())) {
            event("hit");
            return answer(entry, CacheStatus.HIT);
        }
        if (entry != null && entry.isServedStale()) {
            event("stale_return");
            refreshInBackground(key, source);
            return answer(entry, CacheStatus.STALE_REFRESH);
        }
        event("miss");
        try {
            CacheAnswer<T> answer = answer(refresh(key, source), CacheStatus.MISS);
            if (answer instanceof CacheAnswer.NotFound<T>) {
                event("not_found");
            }
            return answer;
        } catch (RefreshTimeout e) {
            event("lock_timeout");
            return staleCopy(key, e);
        } catch (UpstreamFailure e) {
            return staleCopy(key, e);
        }
    }

    private CacheAnswer<T> staleCopy(String key, RuntimeException reason) {
        Entry<T> entry = entries.getIfPresent(key);
        if (entry == null || !entry.isServedStale()) {
            throw reason;
        }
        event("stale_return");
        return answer(entry, CacheStatus.STALE);
    }

    private Entry<T> refresh(String key, Supplier<Loaded<T>> source) {
        Flight<Entry<T>> mine = new Flight<>(ticker.read());
        Flight<Entry<T>> leading =
                flights.compute(key, (same, running) -> running == null || isExpired(running) ? mine : running);
        if (leading != mine) {
            Entry<T> entry = leading.await(settings.lockWait());
            event(entry.value() == null ? "refresh_cached_not_found" : "refresh_skip_hit");
            return entry;
        }
        try {
            Entry<T> entry = lead(key, source);
            mine.complete(entry);
            return entry;
        } catch (RuntimeException | Error e) {
            mine.fail(e);
            throw e;
        } finally {
            flights.remove(key, mine);
        }
    }

    private Entry<T> lead(String key, Supplier<Loaded<T>> source) {
        // The flight before this one may have landed since the entry was looked for.
        Entry<T> present = entries.getIfPresent(key);
        if (present != null && present.isFresh(ticker.read())) {
            event(present.value() == null ? "refresh_cached_not_found" : "refresh_skip_hit");
            return present;
        }
        long start = ticker.read();
        Entry<T> entry;
        try {
            entry = entryOf(source.get());
        } catch (UpstreamFailure e) {
            event("refresh_error");
            throw e;
        }
        entries.put(key, entry);
        if (entry.value() == null) {
            event("refresh_not_found");
        } else {
            metrics.cacheRefreshed(name, ticker.read() - start);
            event("refresh_success");
        }
        return entry;
    }

    private void refreshInBackground(String key, Supplier<Loaded<T>> source) {
        Flight<Entry<T>> running = flights.get(key);
        if (running != null && !isExpired(running)) {
            return;
        }
        background.execute(() -> {
            try {
                if (refresh(key, source).value() == null) {
                    event("background_not_found");
                }
            } catch (UpstreamFailure e) {
                event("background_error");
                LOG.warn("cache={} status={} refresh failed, the stale entry stays: {}", name, e.status(), e.detail());
            } catch (RefreshTimeout e) {
                event("background_lock_timeout");
            } catch (RuntimeException e) {
                event("background_unexpected_error");
                LOG.error("cache={} refresh failed, the stale entry stays", name, e);
            }
        });
    }

    private boolean isExpired(Flight<Entry<T>> flight) {
        return flight.expired(ticker.read(), settings.lockTtl());
    }

    private Entry<T> entryOf(Loaded<T> loaded) {
        return switch (loaded) {
            case Loaded.Whole<T>(T value) -> found(value, lifetimes.ttl());
            case Loaded.Partial<T>(T value) -> found(value, shorter(lifetimes.ttl(), settings.notFoundTtl()));
            case Loaded.Missing<T>(String detail) ->
                new Entry<>(null, detail, freshUntil(settings.notFoundTtl()), settings.notFoundTtl());
        };
    }

    private Entry<T> found(T value, Duration ttl) {
        Duration kept = ttl.compareTo(lifetimes.staleTtl()) > 0 ? ttl : lifetimes.staleTtl();
        return new Entry<>(value, "", freshUntil(ttl), kept);
    }

    private long freshUntil(Duration ttl) {
        return ticker.read() + ttl.toNanos();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void event(String event) {
        metrics.cacheEvent(name, event);
    }

    private static <T> CacheAnswer<T> answer(Entry<T> entry, CacheStatus status) {
        T value = entry.value();
        return value == null
                ? new CacheAnswer.NotFound<>(entry.detail(), status == CacheStatus.HIT)
                : new CacheAnswer.Found<>(value, status);
    }

    /**
     * @param value null: MVG knows no such thing
     * @param detail what it does not know
     * @param freshUntil on the ticker
     * @param kept from its arrival
     */
    private record Entry<T>(@Nullable T value, String detail, long freshUntil, Duration kept) {

        boolean isFresh(long now) {
            return now - freshUntil < 0;
        }

        boolean isServedStale() {
            return value != null;
        }
    }
}
