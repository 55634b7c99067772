package dev.varve.outbox;

import dev.varve.outbox.Leases.Lease;
import dev.varve.outbox.Leases.Renewed;
import dev.varve.outbox.Leases.Taken;
import dev.varve.outbox.SubscriptionRelay.Surroundings;
import dev.varve.outbox.Subscriptions.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in delivering: takes its share of the subscriptions, renews its leases on them, gives them back.
 *
 * <p>One thread looks a few times within the length of a lease. All nodes that are alive share the subscriptions evenly:
 * in the order of their names, each takes one more until all are given away.
 */
public final class Relay implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    private final String node;
    private final Sql shared;
    private final MessageLog messages;
    private final MessageTail tail;
    private final Subscriptions subscriptions;
    private final Sinks sinks;
    private final RelaySettings settings;
    private final Leases leases;
    private final Map<String, SubscriptionRelay> running = new LinkedHashMap<>();
    private final Map<String, RelayCounts> counts = new HashMap<>();
    private final Map<String, String> unreadable = new HashMap<>();
    private final Thread thread;
    private volatile boolean closed;
    private boolean failing;
    private volatile int delivering;

    /**
     * Does nothing before {@link #start}.
     *
     * @param node differs from that of every other process, and from that of this one's predecessor
     */
    public Relay(String node, DataSource dataSource, MessageTail tail, Sinks sinks, RelaySettings settings) {
        this.node = node;
        this.shared = new Sql(dataSource, settings.connections());
        this.messages = new MessageLog(shared);
        this.tail = tail;
        this.subscriptions = new Subscriptions(dataSource, messages);
        this.sinks = sinks;
        this.settings = settings;
        this.leases = new Leases(dataSource, node, settings.lease());
        this.thread = Thread.ofPlatform().daemon().name("varve-relay").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            attempt(this::tick);
            if (!closed) {
                LockSupport.parkNanos(this, settings.renewInterval().toNanos());
            }
        }
        running.values().forEach(SubscriptionRelay::stop);
        long end = System.nanoTime() + settings.drainTimeout().plusSeconds(2).toNanos();
        while (!running.isEmpty() && System.nanoTime() - end < 0) {
            attempt(this::renew);
            running.values().iterator().next().awaitEnd(settings.renewInterval());
            running.values().removeIf(SubscriptionRelay::hasEnded);
        }
        leave();
    }

    private void attempt(Runnable work) {
        try {
            work.run();
            if (failing) {
                failing = false;
                log.info("leases are renewed again node={}", node);
            }
        } catch (OutboxException e) {
            // The leases run out by themselves; those who deliver know until when they may.
            if (!failing) {
                failing = true;
                log.warn("leases could not be renewed node={} reason={}", node, e.getMessage());
            }
        }
    }

    private void leave() {
        try {
            leases.leave();
        } catch (OutboxException e) {
            log.warn(
                    "leases were not given back and are free in lease_s={} node={} reason={}",
                    settings.lease().toSeconds(),
                    node,
                    e.getMessage());
        }
    }

    private void tick() {
        renew();
        running.values().removeIf(SubscriptionRelay::hasEnded);
        int share = share(leases.nodes(), leases.subscriptions());
        List<SubscriptionRelay> held = new ArrayList<>(running.values());
        for (int surplus = held.size() - share; surplus > 0; surplus--) {
            held.get(held.size() - surplus).stop();
        }
        while (running.size() < share && takeOne()) {
            // Each look takes one, until there is none or this node has its share.
        }
        delivering = running.size();
    }

    /** How many of the subscriptions are this node's. */
    private int share(List<String> nodes, int all) {
        int rank = nodes.indexOf(node);
        return rank < 0 ? 0 : all / nodes.size() + (rank < all % nodes.size() ? 1 : 0);
    }

    private void renew() {
        long until = System.nanoTime() + settings.lease().toNanos();
        List<Lease> held = running.values().stream()
                .filter(relay -> !relay.hasEnded())
                .map(SubscriptionRelay::lease)
                .toList();
        Map<String, Renewed> renewed =
                leases.renew(held).stream().collect(Collectors.toMap(Renewed::subscription, renewal -> renewal));
        for (Lease lease : held) {
            SubscriptionRelay relay = running.get(lease.subscription());
            Renewed renewal = renewed.get(lease.subscription());
            if (relay == null) {
                continue;
            }
            if (relay.hasEnded()) {
                continue;
            }
            if (renewal == null || renewal.epoch() != lease.epoch()) {
                log.warn("a lease was lost subscription={} node={}", lease.subscription(), node);
                relay.lose();
            } else {
                relay.renewed(until, renewal.attention());
                relay.failedTooLong(renewal.failingFor())
                        .ifPresent(most -> subscriptions.pauseOnce(
                                lease.subscription(), "the endpoint failed for " + most, "relay"));
                if (renewal.paused() || renewal.revision() != relay.revision()) {
                    // Handed over to whoever delivers it as it is now, which may be this node again.
                    relay.stop();
                }
            }
        }
    }

    private boolean takeOne() {
        long until = System.nanoTime() + settings.lease().toNanos();
        long generation = tail.generation();
        Taken taken = leases.take().orElse(null);
        if (taken == null) {
            return false;
        }
        String name = taken.lease().subscription();
        Stored stored;
        try {
            stored = subscriptions.stored(name).orElse(null);
        } catch (SubscriptionUnreadableException e) {
            // Its lease runs out, and keeps no other waiting. It is taken again and again, and that is said once.
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(unreadable.put(name, reason))) {
                log.error("a subscription is not delivered subscription={} reason={}", name, reason);
                log.debug("a subscription is not delivered subscription={}", name, e);
            }
            return true;
        }
        if (unreadable.remove(name) != null) {
            log.info("a subscription can be read again subscription={}", name);
        }
        if (stored == null) {
            return true;
        }
        SinkFactory factory = sinks.get(stored.subscription().sink());
        SubscriptionRelay relay = new SubscriptionRelay(
                stored.subscription(), stored.revision(), factory, taken, generation, surroundings(name), until);
        running.put(name, relay);
        relay.start();
        return true;
    }

    private Surroundings surroundings(String name) {
        return new Surroundings(
                tail,
                messages,
                leases,
                new Progress(shared),
                new ParkedKeys(shared),
                new ReplayProgress(shared),
                settings,
                counts(name));
    }

    RelayCounts counts(String name) {
        synchronized (counts) {
            return counts.computeIfAbsent(name, ignored -> new RelayCounts());
        }
    }

    /** How many subscriptions this node delivers. */
    public int delivering() {
        return delivering;
    }

    /** Stops delivering: what is under way comes to its end, what is done is saved, and others take over at once. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            // One that never started has nothing to bring to an end.
            if (!thread.isAlive()) {
                return;
            }
            thread.join(settings.drainTimeout().plusSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
