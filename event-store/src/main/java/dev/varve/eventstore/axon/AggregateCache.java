package dev.varve.eventstore.axon;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.axonframework.common.Registration;
import org.axonframework.common.caching.Cache;
import org.axonframework.eventsourcing.AggregateCacheEntry;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Keeps the aggregates that were used last, so that a command on one of them reads nothing.
 *
 * <p>It never makes an answer wrong, also where several nodes share the log. What a command writes is checked against the
 * stream's version in any case, and a unit of work that fails forgets its aggregates. A command that writes nothing, or
 * is rejected, on an aggregate from here is answered only after its version was compared with the log (see {@link
 * WorkInProgress#verify}); a stale one is forgotten and comes out as a conflict, which is tried again.
 *
 * <p>Inside a Spring transaction it neither gives nor keeps anything: whether those events will be there is not known
 * before the transaction's end. Gives way when memory is short.
 */
public final class AggregateCache implements Cache {

    private static final int STRIPES = 16;

    /** One aggregate; the position is at or before its last event, 0 when that is not known. */
    static final class Kept {

        private final SoftReference<Object> entry;
        private final Runnable removal;
        private volatile long position;

        private Kept(Object entry, long position, Runnable removal) {
            this.entry = new SoftReference<>(entry);
            this.position = position;
            this.removal = removal;
        }

        void forget() {
            removal.run();
        }

        void written(long lastPosition) {
            position = lastPosition;
        }
    }

    private final List<Stripe> stripes = new ArrayList<>();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** @param size how many aggregates are kept at most; 0 keeps none */
    public AggregateCache(int size) {
        int count = Math.min(STRIPES, Math.max(1, size));
        for (int n = 0; n < count; n++) {
            stripes.add(new Stripe(size / count + (n < size % count ? 1 : 0)));
        }
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Axon declares it, and takes out what it put in
    public <K, V> @Nullable V get(K key) {
        if (!CurrentUnitOfWork.isStarted() || TransactionSynchronizationManager.isActualTransactionActive()) {
            return null;
        }
        Kept kept = stripe(key).get(key);
        Object entry = kept == null ? null : kept.entry.get();
        if (kept == null || entry == null) {
            misses.increment();
            return null;
        }
        hits.increment();
        WorkInProgress.of(CurrentUnitOfWork.get()).tookFromCache(key.toString(), kept.position, version(entry));
        return (V) entry;
    }

    @Override
    public void put(Object key, Object value) {
        if (!CurrentUnitOfWork.isStarted() || TransactionSynchronizationManager.isActualTransactionActive()) {
            remove(key);
            return;
        }
        WorkInProgress work = WorkInProgress.of(CurrentUnitOfWork.get());
        Kept kept = new Kept(value, work.since().getOrDefault(key.toString(), 0L), () -> remove(key));
        work.keeps(key.toString(), kept);
        stripe(key).put(key, kept);
    }

    @Override
    public boolean putIfAbsent(Object key, Object value) {
        if (containsKey(key)) {
            return false;
        }
        put(key, value);
        return true;
    }

    @Override
    public boolean remove(Object key) {
        return stripe(key).remove(key);
    }

    @Override
    public void removeAll() {
        stripes.forEach(Stripe::clear);
    }

    @Override
    public boolean containsKey(Object key) {
        return stripe(key).get(key) != null;
    }

    /** Refused: repositories do not ask for it. */
    @Override
    public Registration registerCacheEntryListener(EntryListener cacheEntryListener) {
        throw new UnsupportedOperationException("the aggregate cache has no listeners; use another Cache for sagas");
    }

    /** Aggregates kept now. */
    public int size() {
        return stripes.stream().mapToInt(Stripe::size).sum();
    }

    /** How often an aggregate was here. */
    public long hits() {
        return hits.sum();
    }

    /** How often an aggregate had to be loaded. */
    public long misses() {
        return misses.sum();
    }

    private static long version(Object entry) {
        // While the entry is in memory it hands out the aggregate itself and needs none of these.
        Long version = entry instanceof AggregateCacheEntry<?> cached
                ? cached.recreateAggregate(null, null, null, null).version()
                : null;
        return version == null ? -1 : version;
    }

    private Stripe stripe(Object key) {
        int hash = key.hashCode();
        return stripes.get(Math.floorMod(hash ^ (hash >>> 16), stripes.size()));
    }

    /** A part of the whole with a lock of its own; forgets what was not used for the longest time. */
    private static final class Stripe {

        private final int size;
        private final LinkedHashMap<Object, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);

        Stripe(int size) {
            this.size = size;
        }

        synchronized @Nullable Kept get(Object key) {
            return kept.get(key);
        }

        synchronized void put(Object key, Kept value) {
            kept.put(key, value);
            if (kept.size() > size) {
                kept.pollFirstEntry();
            }
        }

        synchronized boolean remove(Object key) {
            return kept.remove(key) != null;
        }

        synchronized void clear() {
            kept.clear();
        }

        synchronized int size() {
            return kept.size();
        }
    }
}
