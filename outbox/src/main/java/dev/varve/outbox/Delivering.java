package dev.varve.outbox;

import dev.varve.outbox.CheckpointingSink.Checkpoint;
import dev.varve.outbox.Leases.Lease;
import dev.varve.outbox.Leases.Taken;
import dev.varve.outbox.MessageTail.Newest;
import dev.varve.outbox.Progress.State;
import dev.varve.outbox.SubscriptionRelay.Surroundings;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription's messages, from the outbox to its sink and its checkpoint. It is used by one thread, which takes
 * messages in, hands them over, takes answers and saves what is done; so nothing here is locked.
 */
final class Delivering {

    private static final Logger log = LoggerFactory.getLogger(Delivering.class);
    private static final int PAGE = 2_000;
    private static final int RANGES = 200;

    /** What works on one opened sink, until that is closed. */
    private record Opened(Dispatch dispatch, Retries retries, Outcomes outcomes) {}

    private final Subscription subscription;
    private final Lease lease;
    private final long generation;
    private final Surroundings around;
    private final RelaySettings settings;
    private final Runnable wake;
    private final SinkDoor door;
    private final Replaying replaying;
    private final CheckpointWriter writer;
    private final Unsaved unsaved = new Unsaved();
    private Window window;
    private @Nullable Opened opened;
    private boolean attention = true;
    private boolean failing;
    private boolean lost;
    private long committed;
    private long savedAt;

    /**
     * @param generation of the tail when the lease was taken
     * @param wake lets the thread begin the next round, from any other
     */
    Delivering(
            Subscription subscription,
            SinkFactory factory,
            Taken taken,
            long generation,
            Surroundings around,
            Runnable wake) {
        this.subscription = subscription;
        this.lease = taken.lease();
        this.generation = generation;
        this.around = around;
        this.settings = around.settings();
        this.wake = wake;
        this.door = new SinkDoor(subscription, factory, settings.outage());
        this.replaying = new Replaying(subscription.name(), subscription.filter(), around.messages(), around.replays());
        this.writer = new CheckpointWriter(lease, around.progress());
        this.window = new Window(Math.max(taken.position(), around.messages().earliest() - 1), taken.doneBeyond());
        this.committed = window.checkpoint();
        this.failing = taken.failing();
        this.savedAt = System.nanoTime();
    }

    /** Everything up to here is done. */
    long position() {
        return window.checkpoint();
    }

    /** Whether it must not go on: the lease is somebody else's, or the outbox is not the one that was read. */
    boolean isLost() {
        return lost;
    }

    /** How long the sink may fail before the subscription is paused; any thread may ask. */
    Optional<Duration> pauseAfter() {
        return door.pauseAfter();
    }

    /** Has the next round look for what operators want. */
    void attend() {
        attention = true;
    }

    /**
     * Does what there is to do.
     *
     * @param validUntil from when on nothing goes out
     * @return for how many nanoseconds there is nothing more, unless it is woken
     */
    long round(long validUntil) {
        Opened open = opened();
        if (open != null) {
            return round(open, validUntil);
        }
        saveIfDue(System.nanoTime());
        return Math.max(1, door.nanosUntilNext(System.nanoTime()));
    }

    private long round(Opened open, long validUntil) {
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
            return 0;
        }
        saveIfDue(now);
        if (attention) {
            attention = false;
            look(open, now);
        } else if (!found && commitIfDue(dispatch)) {
            long most = settings.saveInterval().toNanos();
            return replaying.nanosUntilNext(now, dispatch.nanosUntilNext(now, most));
        }
        return 0;
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

    private @Nullable Opened opened() {
        if (opened != null) {
            return opened;
        }
        long now = System.nanoTime();
        Sink sink = door.open(now);
        if (sink == null) {
            return null;
        }
        try {
            opened = begin(sink, now);
        } catch (OutboxException e) {
            door.close();
            throw e;
        } catch (RuntimeException e) {
            door.fail("the sink could not be opened: " + e.getMessage());
        }
        return opened;
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
                new Outcomes(subscription.policy(), window, retries, replaying, unsaved, around.counts(), wake);
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
        opened = null;
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
                opened == null ? door.trouble() : opened.dispatch.trouble(),
                opened == null ? failing : opened.dispatch.isFailing());
    }

    /** Whether the sink still has messages that it did not answer. */
    boolean isUnderWay() {
        return opened != null && opened.dispatch.underWay() > 0;
    }

    void takeAnswers() {
        if (opened != null) {
            opened.dispatch.takeAnswers(System.nanoTime());
        }
    }

    /** Saves exactly what is done, for whoever goes on; false when the lease is lost. */
    boolean finish() {
        if (opened != null) {
            commitIfDue(opened.dispatch);
        }
        return save(Integer.MAX_VALUE);
    }

    void close() {
        door.close();
    }
}
