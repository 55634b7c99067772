package dev.varve.outbox;

import dev.varve.outbox.FailurePolicy.OnRefusal;
import dev.varve.outbox.Leases.Lease;
import dev.varve.outbox.Leases.Taken;
import dev.varve.outbox.Progress.Changes;
import dev.varve.outbox.Progress.Parking;
import dev.varve.outbox.Progress.Skipping;
import dev.varve.outbox.Progress.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one subscription's messages while this node holds its lease. One thread does everything: takes messages in,
 * hands them over, takes answers, saves the checkpoint; so nothing here is locked.
 */
final class SubscriptionRelay implements Dispatch.Ends {

    private static final Logger log = LoggerFactory.getLogger(SubscriptionRelay.class);
    private static final int PAGE = 2_000;
    private static final int RANGES = 200;
    private static final int CHANGES = 500;
    private static final long REST_NANOS = 100_000_000;

    /** What a relay needs of its node. */
    record Surroundings(
            MessageTail tail,
            MessageLog messages,
            Leases leases,
            Progress progress,
            ParkedKeys parkedKeys,
            ReplayProgress replays,
            RelaySettings settings,
            RelayCounts counts) {}

    private final Subscription subscription;
    private final long revision;
    private final Lease lease;
    private final SinkFactory factory;
    private final Surroundings around;
    private final RelaySettings settings;
    private final Replaying replaying;
    private final Thread thread;

    private volatile boolean signalled;
    private volatile boolean stopping;
    private volatile boolean lost;
    private volatile boolean ended;
    private volatile boolean released;
    private volatile boolean attention = true;
    private volatile long validUntil;

    private Window window;
    private @Nullable Sink sink;
    private @Nullable Dispatch dispatch;
    private @Nullable Retries retries;
    private long committed;
    private int failures;
    private long openAt;
    private long savedAt;
    private @Nullable String trouble;
    private @Nullable State saved;
    private Map<String, Parking> parkedKeys = new LinkedHashMap<>();
    private List<Message> parkedMessages = new ArrayList<>();
    private List<Skipping> skipped = new ArrayList<>();
    private List<Long> unparked = new ArrayList<>();
    private final List<String> toGoOn = new ArrayList<>();

    SubscriptionRelay(
            Subscription subscription,
            long revision,
            SinkFactory factory,
            Taken taken,
            Surroundings around,
            long validUntil) {
        this.subscription = subscription;
        this.revision = revision;
        this.lease = taken.lease();
        this.factory = factory;
        this.around = around;
        this.settings = around.settings();
        this.window = new Window(Math.max(taken.position(), around.messages().earliest() - 1), taken.doneBeyond());
        this.committed = window.checkpoint();
        this.replaying = new Replaying(subscription.name(), subscription.filter(), around.messages(), around.replays());
        this.validUntil = validUntil;
        this.openAt = System.nanoTime();
        this.savedAt = System.nanoTime();
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("varve-relay-" + subscription.name())
                .unstarted(this::run);
    }

    Lease lease() {
        return lease;
    }

    long revision() {
        return revision;
    }

    void start() {
        thread.start();
    }

    /** Lets what is under way come to its end, saves exactly what is done, and ends. */
    void stop() {
        stopping = true;
        wake();
    }

    /** The lease is somebody else's: ends without another word. */
    void lose() {
        lost = true;
        wake();
    }

    /** Whether it needs its lease no more. */
    boolean hasEnded() {
        return ended || released;
    }

    void awaitEnd(Duration most) {
        try {
            thread.join(most);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The lease was prolonged; nothing goes out after it has run out, so a node that slept too long does no harm. */
    void renewed(long until, boolean wanted) {
        validUntil = until;
        if (wanted) {
            attention = true;
            wake();
        }
    }

    @Override
    public void wake() {
        if (!signalled) {
            signalled = true;
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        try (var listening = around.tail().onGrowth(this::wake)) {
            Objects.requireNonNull(listening);
            while (!stopping && !lost) {
                signalled = false;
                if (!attempt()) {
                    rest(REST_NANOS);
                }
            }
            if (!lost) {
                drain();
            }
        } catch (OutboxException e) {
            // What was delivered and could not be saved will be delivered again by whoever takes over.
            log.warn(
                    "a relay could not save its checkpoint subscription={} reason={}",
                    subscription.name(),
                    e.getMessage());
        } catch (RuntimeException e) {
            log.error("a relay ended subscription={} position={}", subscription.name(), window.checkpoint(), e);
        } finally {
            closeSink();
            ended = true;
        }
    }

    /** One round of work; false when it failed and should be tried again. */
    private boolean attempt() {
        try {
            Dispatch open = opened();
            if (open != null) {
                round(open);
            } else {
                saveIfDue(System.nanoTime());
                rest(Math.max(1, openAt - System.nanoTime()));
            }
            return true;
        } catch (OutboxException e) {
            log.warn(
                    "a relay could not reach the database subscription={} position={} reason={}",
                    subscription.name(),
                    window.checkpoint(),
                    e.getMessage());
            return false;
        }
    }

    private void round(Dispatch open) {
        long now = System.nanoTime();
        open.takeAnswers(now);
        goOn(open);
        if (now - validUntil < 0) {
            open.handOver(now);
        }
        boolean live = fill(open);
        boolean found = replaying.fill(open, now) || live;
        if (open.isSilent(now)) {
            restart("no answer within " + settings.deliveryTimeout());
            return;
        }
        saveIfDue(now);
        if (attention) {
            attention = false;
            look(open, now);
        } else if (!found && commitIfDue(open)) {
            long most = settings.saveInterval().toNanos();
            rest(replaying.nanosUntilNext(now, open.nanosUntilNext(now, most)));
        }
    }

    private void look(Dispatch open, long now) {
        if (save()) {
            retries().look(open);
            replaying.look(now);
        }
    }

    private void goOn(Dispatch open) {
        if (!toGoOn.isEmpty() && save()) {
            List<String> keys = List.copyOf(toGoOn);
            toGoOn.clear();
            keys.forEach(key -> retries().goOn(key, open));
        }
    }

    private void rest(long nanos) {
        if (!signalled && nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    private @Nullable Dispatch opened() {
        long now = System.nanoTime();
        if (dispatch != null || now - openAt < 0) {
            return dispatch;
        }
        try {
            Sink opening = factory.open(new SinkSettings(subscription.name(), all()));
            sink = opening;
            if (opening instanceof CheckpointingSink own) {
                own.checkpoint().ifPresent(position -> window = new Window(position, PositionRanges.NONE));
                committed = window.checkpoint();
            }
            if (!save()) {
                return null;
            }
            retries = new Retries(lease, around.parkedKeys(), around.messages(), subscription.policy());
            dispatch = new Dispatch(opening, subscription.policy(), settings, this, now);
            failures = 0;
            trouble = null;
            log.info(
                    "delivering subscription={} sink={} position={}",
                    subscription.name(),
                    subscription.sink(),
                    committed);
        } catch (OutboxException e) {
            closeSink();
            throw e;
        } catch (RuntimeException e) {
            closeSink();
            failures++;
            openAt = now + settings.outage().nanos(failures);
            trouble = "the sink could not be opened: " + e.getMessage();
        }
        return dispatch;
    }

    private Map<String, String> all() {
        Map<String, String> all = new HashMap<>(subscription.settings());
        all.putAll(subscription.secrets());
        return all;
    }

    private Retries retries() {
        return Objects.requireNonNull(retries, "opened together with the dispatch");
    }

    /** Takes the next messages in, if there is room; true when there were some. */
    private boolean fill(Dispatch open) {
        if (window.size() >= settings.windowMessages() || window.bytes() >= settings.windowBytes()) {
            return false;
        }
        if (sink instanceof CheckpointingSink && (window.size() > 0 || window.end() > committed)) {
            return false;
        }
        var page = around.tail().read(window.end(), PAGE, subscription.filter());
        if (page.upTo() <= window.end()) {
            return false;
        }
        Retries known = retries();
        for (Message message : page.messages()) {
            if (window.wasDone(message.position())) {
                continue;
            }
            if (known.isParked(message.key())) {
                parkedMessages.add(message);
                around.counts().parked.increment();
            } else {
                Entry entry = new Entry(message, Entry.Origin.LIVE, open.lane(message.key()));
                window.add(entry);
                open.add(entry);
            }
        }
        window.reached(page.upTo());
        return true;
    }

    /** Lets a sink with a checkpoint of its own commit a page that is done; false when nothing is at rest yet. */
    private boolean commitIfDue(Dispatch open) {
        if (!(sink instanceof CheckpointingSink own) || window.size() > 0 || window.end() <= committed) {
            return true;
        }
        if (open.underWay() == 0 && save()) {
            switch (own.commit(window.end())) {
                case Delivery.Delivered() -> committed = window.end();
                case Delivery.Unavailable(String reason) -> restart(reason);
                case Delivery.Refused(String reason) -> restart(reason);
                case Delivery.Throttled(var ignored) -> restart("throttled");
            }
        }
        return false;
    }

    /** Everything under way is void: begins again with another sink, after what is known to be done. */
    private void restart(String reason) {
        log.warn("a sink is opened anew subscription={} reason={}", subscription.name(), reason);
        closeSink();
        window = new Window(window.checkpoint(), window.doneBeyond(Integer.MAX_VALUE));
        replaying.restart();
        dispatch = null;
        retries = null;
        attention = true;
        trouble = reason;
        failures++;
        openAt = System.nanoTime() + settings.outage().nanos(failures);
    }

    private void closeSink() {
        Sink open = sink;
        sink = null;
        if (open != null) {
            try {
                open.close();
            } catch (RuntimeException e) {
                log.warn("a sink could not be closed subscription={} reason={}", subscription.name(), e.toString());
            }
        }
    }

    @Override
    public void delivered(Entry entry) {
        switch (entry.origin) {
            case LIVE -> {
                window.done(entry);
                around.counts().delivered.increment();
            }
            case PARKED -> {
                unparked.add(entry.position());
                around.counts().delivered.increment();
                if (retries != null && retries.delivered(entry)) {
                    toGoOn.add(entry.message.key());
                }
            }
            case REPLAY -> {
                replaying.delivered(entry);
                around.counts().replayed.increment();
            }
        }
    }

    @Override
    public boolean isParked(Entry entry) {
        return entry.origin == Entry.Origin.LIVE && retries != null && retries.isParked(entry.message.key());
    }

    @Override
    public boolean refused(Entry entry, String reason) {
        around.counts().refused.increment();
        if (entry.origin == Entry.Origin.REPLAY) {
            replaying.withheld(entry);
            return true;
        }
        OnRefusal then = entry.origin == Entry.Origin.PARKED
                ? OnRefusal.PARK
                : subscription.policy().onRefusal();
        return switch (then) {
            case BLOCK -> false;
            case SKIP -> {
                window.done(entry);
                skipped.add(new Skipping(entry.message, reason));
                around.counts().skipped.increment();
                yield true;
            }
            case PARK -> {
                if (!isParked(entry)) {
                    parkedKeys.put(entry.message.key(), new Parking(entry.message.key(), reason, entry.attempts));
                    retries().park(entry.message.key());
                }
                parkBehind(entry);
                entry.lane.empty().forEach(this::parkBehind);
                yield true;
            }
        };
    }

    private void parkBehind(Entry entry) {
        switch (entry.origin) {
            case LIVE -> {
                window.done(entry);
                parkedMessages.add(entry.message);
                around.counts().parked.increment();
            }
            case PARKED -> {
                // It still stands among the parked messages.
            }
            case REPLAY -> replaying.withheld(entry);
        }
    }

    private void saveIfDue(long now) {
        boolean due = now - savedAt >= settings.saveInterval().toNanos()
                || parkedMessages.size() + skipped.size() + unparked.size() >= CHANGES;
        if (due) {
            save();
        }
    }

    private boolean save() {
        return save(RANGES);
    }

    /** False when the lease is lost. */
    private boolean save(int ranges) {
        boolean own = sink instanceof CheckpointingSink;
        State state = new State(
                own ? committed : window.checkpoint(),
                own ? PositionRanges.NONE : window.doneBeyond(ranges),
                trouble != null || dispatch == null ? trouble : dispatch.trouble());
        Changes changes = new Changes(List.copyOf(parkedKeys.values()), parkedMessages, skipped, unparked);
        savedAt = System.nanoTime();
        if (!changes.isEmpty() || !state.equals(saved)) {
            if (!around.progress().save(lease, state, changes)) {
                lost = true;
                return false;
            }
            saved = state;
            parkedKeys = new LinkedHashMap<>();
            parkedMessages = new ArrayList<>();
            skipped = new ArrayList<>();
            unparked = new ArrayList<>();
        }
        replaying.save();
        return true;
    }

    private void drain() {
        long end = System.nanoTime() + settings.drainTimeout().toNanos();
        Dispatch open = dispatch;
        while (open != null && open.underWay() > 0 && System.nanoTime() - end < 0) {
            signalled = false;
            open.takeAnswers(System.nanoTime());
            if (open.underWay() > 0) {
                rest(REST_NANOS);
            }
        }
        if (open != null && sink instanceof CheckpointingSink) {
            commitIfDue(open);
        }
        if (save(Integer.MAX_VALUE)) {
            released = true;
            around.leases().release(lease);
        }
        log.info("handing over subscription={} position={}", subscription.name(), window.checkpoint());
    }
}
