package dev.varve.outbox;

import dev.varve.outbox.CheckpointingSink.Checkpoint;
import dev.varve.outbox.Leases.Lease;
import dev.varve.outbox.Leases.Taken;
import dev.varve.outbox.MessageTail.Newest;
import dev.varve.outbox.Progress.State;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one subscription's messages while this node holds its lease. One thread does everything: takes messages in,
 * hands them over, takes answers, saves the checkpoint; so nothing here is locked.
 */
final class SubscriptionRelay {

    private static final Logger log = LoggerFactory.getLogger(SubscriptionRelay.class);
    private static final int PAGE = 2_000;
    private static final int RANGES = 200;
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
    private final long generation;
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

    private final SinkDoor door;
    private final Unsaved unsaved = new Unsaved();
    private Window window;
    private @Nullable Opened delivering;
    private boolean failing;
    private long committed;
    private long savedAt;
    private final CheckpointWriter writer;
    /** What works on one opened sink, until that is closed. */
    private record Opened(Dispatch dispatch, Retries retries, Outcomes outcomes) {}

    SubscriptionRelay(
            Subscription subscription,
            long revision,
            SinkFactory factory,
            Taken taken,
            long generation,
            Surroundings around,
            long validUntil) {
        this.subscription = subscription;
        this.generation = generation;
        this.revision = revision;
        this.lease = taken.lease();
        this.around = around;
        this.settings = around.settings();
        this.window = new Window(Math.max(taken.position(), around.messages().earliest() - 1), taken.doneBeyond());
        this.committed = window.checkpoint();
        this.replaying = new Replaying(subscription.name(), subscription.filter(), around.messages(), around.replays());
        this.validUntil = validUntil;
        this.door = new SinkDoor(subscription, factory, settings.outage());
        this.failing = taken.failing();
        this.writer = new CheckpointWriter(lease, around.progress());
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

    /** The longest that its sink may fail before the subscription is paused, if it has failed so long. */
    Optional<Duration> failedTooLong(Duration failingFor) {
        return door.pauseAfter().filter(most -> failingFor.compareTo(most) >= 0);
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

    private void wake() {
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
            door.close();
            ended = true;
        }
    }

    /** One round of work; false when it failed and should be tried again. */
    private boolean attempt() {
        try {
            Opened open = opened();
            if (open != null) {
                round(open);
            } else {
                saveIfDue(System.nanoTime());
                rest(Math.max(1, door.nanosUntilNext(System.nanoTime())));
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

    private void round(Opened open) {
        Dispatch dispatch = open.dispatch;
        long now = System.nanoTime();
        dispatch.takeAnswers(now);
        goOn(open);
        if (now - validUntil < 0) {
            dispatch.handOver(now);
        }
        boolean live = fill(open);
        boolean found = replaying.fill(dispatch, now) || live;
        if (dispatch.isSilent(now)) {
            restart("no answer within " + settings.deliveryTimeout());
            return;
        }
        saveIfDue(now);
        if (attention) {
            attention = false;
            look(open, now);
        } else if (!found && commitIfDue(dispatch)) {
            long most = settings.saveInterval().toNanos();
            rest(replaying.nanosUntilNext(now, dispatch.nanosUntilNext(now, most)));
        }
    }

    private void look(Opened open, long now) {
        if (save()) {
            open.retries.look(open.dispatch);
            replaying.look(now);
        }
    }

    private void goOn(Opened open) {
        if (open.outcomes.hasKeysToGoOn() && save()) {
            open.outcomes.takeKeysToGoOn().forEach(key -> open.retries.goOn(key, open.dispatch));
        }
    }

    private void rest(long nanos) {
        if (!signalled && nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    private @Nullable Opened opened() {
        if (delivering != null) {
            return delivering;
        }
        long now = System.nanoTime();
        Sink sink = door.open(now);
        if (sink == null) {
            return null;
        }
        try {
            delivering = begin(sink, now);
        } catch (OutboxException e) {
            door.close();
            throw e;
        } catch (RuntimeException e) {
            door.fail("the sink could not be opened: " + e.getMessage());
        }
        return delivering;
    }

    private @Nullable Opened begin(Sink sink, long now) {
        if (sink instanceof CheckpointingSink own) {
            own.checkpoint()
                    .filter(this::countsHere)
                    .ifPresent(last -> window = new Window(last.position(), PositionRanges.NONE));
            committed = window.checkpoint();
        }
        if (!save()) {
            return null;
        }
        Retries retries = new Retries(lease, around.parkedKeys(), around.messages(), subscription.policy());
        Outcomes outcomes =
                new Outcomes(subscription.policy(), window, retries, replaying, unsaved, around.counts(), this::wake);
        Dispatch dispatch = new Dispatch(sink, subscription.policy(), settings, outcomes, failing, now);
        door.works();
        log.info("delivering subscription={} sink={} position={}", subscription.name(), subscription.sink(), committed);
        return new Opened(dispatch, retries, outcomes);
    }

    /** Whether a sink's checkpoint is of this outbox; if not, the one counts that is stored with it. */
    private boolean countsHere(Checkpoint last) {
        boolean counts = around.messages().holds(last);
        if (!counts) {
            log.error(
                    "the outbox lost messages that a sink was given; it goes on after an earlier one subscription={} position={} sink_position={}",
                    subscription.name(),
                    window.checkpoint(),
                    last.position());
        }
        return counts;
    }

    /** Takes the next messages in, if there is room; true when there were some. */
    private boolean fill(Opened open) {
        if (window.size() >= settings.windowMessages() || window.bytes() >= settings.windowBytes()) {
            return false;
        }
        if (door.checkpointing() != null && (window.size() > 0 || window.end() > committed)) {
            return false;
        }
        if (!around.tail().isLooking()) {
            return false;
        }
        var page = around.tail().read(window.end(), PAGE, subscription.filter());
        if (page.upTo() <= window.end() || !isAsRead()) {
            return false;
        }
        for (Message message : page.messages()) {
            if (window.wasDone(message.position())) {
                continue;
            }
            if (open.retries.isParked(message.key())) {
                open.outcomes.park(message);
            } else {
                Entry entry = new Entry(message, Entry.Origin.LIVE, open.dispatch.lane(message.key()));
                window.add(entry);
                open.dispatch.add(entry);
            }
        }
        window.reached(page.upTo());
        return true;
    }

    /** Lets a sink with a checkpoint of its own commit a page that is done; false when nothing is at rest yet. */
    private boolean commitIfDue(Dispatch dispatch) {
        CheckpointingSink own = door.checkpointing();
        if (own == null || window.size() > 0 || window.end() <= committed) {
            return true;
        }
        if (dispatch.underWay() == 0 && save()) {
            Optional<Place> read = Optional.ofNullable(around.tail().newest()).map(Newest::place);
            switch (own.commit(new Checkpoint(window.end(), read))) {
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
        door.fail(reason);
        window = new Window(window.checkpoint(), window.doneBeyond(Integer.MAX_VALUE));
        replaying.restart();
        delivering = null;
        failing = true;
        attention = true;
    }

    /** Whether the outbox is the one that the window was read from; otherwise its stored checkpoint counts. */
    private boolean isAsRead() {
        return around.tail().generation() == generation;
    }

    private void saveIfDue(long now) {
        Newest read = around.tail().newest();
        if (!writer.isOurs() || !isAsRead()) {
            lost = true;
        } else if (unsaved.isLarge() || now - savedAt >= settings.saveInterval().toNanos()) {
            if (unsaved.isEmpty()) {
                savedAt = now;
                writer.writeBeside(read, state(RANGES));
                replaying.save();
            } else {
                save();
            }
        }
    }

    private boolean save() {
        return save(RANGES);
    }

    /** False when the lease is lost. */
    private boolean save(int ranges) {
        savedAt = System.nanoTime();
        Newest read = around.tail().newest();
        if (!isAsRead() || !writer.write(read, state(ranges), unsaved.changes())) {
            lost = true;
            return false;
        }
        unsaved.saved();
        replaying.save();
        return true;
    }

    private State state(int ranges) {
        boolean own = door.checkpointing() != null;
        return new State(
                own ? committed : window.checkpoint(),
                own ? PositionRanges.NONE : window.doneBeyond(ranges),
                delivering == null ? door.trouble() : delivering.dispatch.trouble(),
                delivering == null ? failing : delivering.dispatch.isFailing());
    }

    private void drain() {
        long end = System.nanoTime() + settings.drainTimeout().toNanos();
        Dispatch dispatch = delivering == null ? null : delivering.dispatch;
        while (dispatch != null && dispatch.underWay() > 0 && System.nanoTime() - end < 0) {
            signalled = false;
            dispatch.takeAnswers(System.nanoTime());
            if (dispatch.underWay() > 0) {
                rest(REST_NANOS);
            }
        }
        if (dispatch != null) {
            commitIfDue(dispatch);
        }
        if (save(Integer.MAX_VALUE)) {
            released = true;
            around.leases().release(lease);
        }
        log.info("handing over subscription={} position={}", subscription.name(), window.checkpoint());
    }
}
