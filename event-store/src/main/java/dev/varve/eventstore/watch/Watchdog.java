package dev.varve.eventstore.watch;

import dev.varve.eventstore.AppendWaits;
import dev.varve.eventstore.AppendWaits.Stage;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.eventstore.Unanswered;
import dev.varve.eventstore.watch.LogWait.Cause;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names what makes this node's appends, and whoever needs a connection of its pool, wait for too long: once in the log when it begins and once when it is over, and
 * all the while to whoever asks.
 *
 * <p>Looks at the node's own queues, which costs nothing; asks PostgreSQL only while something waits.
 */
public final class Watchdog implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Supplier<AppendWaits> appends;
    private final Supplier<List<Unanswered>> unanswered;
    private final BesidePool beside;
    private final PoolQueue pool;
    private final Duration limit;
    private final Clock clock;
    private final ScheduledExecutorService schedule;
    private final Map<Cause, LongAdder> episodes = new ConcurrentHashMap<>();
    private final Set<Object> named = new HashSet<>();
    private @Nullable Instant began;
    private @Nullable Connection asking;
    private volatile List<LogWait> current = List.of();

    /**
     * Does nothing before {@link #start}.
     *
     * @param limit what waits longer is named
     */
    public Watchdog(PostgresEventLog eventLog, DataSource dataSource, Duration limit, Clock clock) {
        this.appends = eventLog::waits;
        this.unanswered = eventLog::unanswered;
        this.beside = BesidePool.impatient(dataSource, ANSWER);
        this.pool = new PoolQueue(dataSource, beside.pool(), clock);
        this.limit = limit;
        this.clock = clock;
        this.schedule = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("varve-log-watchdog").factory());
    }

    /** Looks twice within the limit, until closed. */
    public void start() {
        long pause = Math.max(1, limit.toMillis() / 2);
        // Never fails: look() turns what PostgreSQL refuses into a finding.
        ScheduledFuture<?> unused = schedule.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
    }

    /** For what this node waits now, if longer than the limit. */
    public List<LogWait> current() {
        return current;
    }

    /** How often a wait of this kind began. */
    public long episodes(Cause cause) {
        LongAdder count = episodes.get(cause);
        return count == null ? 0 : count.sum();
    }

    /** How long the longest wait of this node has lasted by now. */
    public Duration longest() {
        AppendWaits waits = appends.get();
        Duration writer = waits.stage() == Stage.IDLE ? Duration.ZERO : waits.inStage();
        return max(max(writer, pool.waited()), max(waits.longestQueued(), waits.longestJoined()));
    }

    void look() {
        pool.look();
        AppendWaits waits = appends.get();
        List<Unanswered> slow = unanswered.get().stream()
                .filter(each -> each.waited().compareTo(limit) > 0)
                .toList();
        Duration longest = slow.stream().map(Unanswered::waited).reduce(longest(), Watchdog::max);
        if (longest.compareTo(limit) <= 0) {
            end();
            return;
        }
        Instant now = clock.instant();
        if (began == null) {
            began = now.minus(longest);
        }
        List<LogWait> before = current;
        List<LogWait> found = causes(waits, slow, now);
        current = found;
        for (LogWait wait : found) {
            if (!mayBeAftermath(wait, before) && named.add(List.of(wait.cause(), String.valueOf(wait.pid())))) {
                episodes.computeIfAbsent(wait.cause(), cause -> new LongAdder()).increment();
                log.warn("callers wait millis={} queued={} {}", longest.toMillis(), waits.queued(), wait.text());
            }
        }
    }

    /** Who has just got a lock writes what waited for it, and looks as if it had been writing all the time. */
    private boolean mayBeAftermath(LogWait wait, List<LogWait> before) {
        return wait.cause() == Cause.FLUSH
                && !named.isEmpty()
                && before.stream().noneMatch(earlier -> earlier.cause() == Cause.FLUSH);
    }

    private void end() {
        Instant start = began;
        if (start != null && !named.isEmpty()) {
            log.info(
                    "callers do not wait any more millis={}",
                    Duration.between(start, clock.instant()).toMillis());
        }
        began = null;
        named.clear();
        current = List.of();
        forget();
    }

    private List<LogWait> causes(AppendWaits waits, List<Unanswered> slow, Instant now) {
        List<LogWait> found = new ArrayList<>();
        Duration connecting = max(pool.waited(), waits.stage() == Stage.CONNECTING ? waits.inStage() : Duration.ZERO);
        if (connecting.compareTo(limit) > 0) {
            found.add(new LogWait(
                    Cause.CONNECTION,
                    null,
                    pool.text(),
                    now.minus(connecting),
                    Math.max(pool.waiting(), waits.queued()),
                    "see whether PostgreSQL answers, and what holds the pool's connections (hikaricp.connections.* and a"
                            + " thread dump say it); raise its maximum size only if all of them work"));
        }
        try {
            Connection connection = asking();
            LogWaits.tell(connection, slow);
            found.addAll(LogWaits.longerThan(connection, limit.toMillis() / 2));
        } catch (SQLException e) {
            forget();
            return List.of(new LogWait(
                    Cause.CONNECTION,
                    null,
                    "PostgreSQL refuses: " + e.getSQLState(),
                    now.minus(longest()),
                    Math.max(pool.waiting(), waits.queued()),
                    "see whether PostgreSQL runs and can be reached; appends go on by themselves when it does"));
        }
        // Something that is read may take its time.
        boolean explained = !found.isEmpty() || longest().compareTo(limit) <= 0;
        return explained ? List.copyOf(found) : List.of(unexplained(waits, now));
    }

    /** Kept as long as something waits, because it tells others what this node found. */
    private Connection asking() throws SQLException {
        Connection connection = asking;
        if (connection == null) {
            connection = beside.connect();
            asking = connection;
        }
        return connection;
    }

    private void forget() {
        Connection last = asking;
        asking = null;
        if (last != null) {
            try (last) {
                LogWaits.tellNothing(last);
            } catch (SQLException e) {
                log.debug("a connection that was of no use any more did not close reason={}", e.getMessage());
            }
        }
    }

    private LogWait unexplained(AppendWaits waits, Instant now) {
        return waits.stage() == Stage.WRITING && waits.inStage().compareTo(limit) > 0
                ? new LogWait(
                        Cause.FLUSH,
                        null,
                        "no session of PostgreSQL waits",
                        now.minus(waits.inStage()),
                        waits.queued(),
                        "PostgreSQL or the network to it is slow: look at its load and at the way between")
                : new LogWait(
                        Cause.QUEUE,
                        null,
                        "%d appends wait, batches are written".formatted(waits.queued()),
                        now.minus(waits.longestQueued()),
                        waits.queued(),
                        "more is appended than PostgreSQL writes: look at its disk and load, or send less");
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    @Override
    public void close() {
        if (!schedule.isShutdown()) {
            schedule.execute(this::forget);
            schedule.shutdown();
        }
    }
}
