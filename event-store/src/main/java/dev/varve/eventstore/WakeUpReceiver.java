package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears other nodes on a connection of its own, and takes another one when that is lost. */
final class WakeUpReceiver implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WakeUpReceiver.class);
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final DataSource connections;
    private final LogSignals signals;
    private final WakeUpSender sender;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("varve-log-listen").unstarted(this::run);
    private volatile int session;
    private volatile boolean closed;
    private boolean failing;

    WakeUpReceiver(DataSource connections, LogSignals signals, WakeUpSender sender) {
        this.connections = connections;
        this.signals = signals;
        this.sender = sender;
    }

    void start() {
        thread.start();
    }

    /** Process number of the listening session, 0 while there is none. */
    int session() {
        return session;
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (!closed) {
            try (Connection connection = connections.getConnection()) {
                listen(connection);
                pause = FIRST_PAUSE;
                hear(connection);
            } catch (SQLException | RuntimeException e) {
                if (!closed && !failing) {
                    failing = true;
                    log.warn(
                            "other nodes are not heard, their events are found at the next look reason={}",
                            e.getMessage());
                }
                session = 0;
                signals.hearsOthers(false);
                rest(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    private static final String LISTEN = "LISTEN " + WakeUps.CHANNEL;
    private static final String SAY_HERE = "NOTIFY " + WakeUps.CHANNEL + ", '" + WakeUps.HERE + "'";

    private void listen(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER.toMillis()));
        connection.setClientInfo("ApplicationName", WakeUps.LISTENING);
        try (Statement statement = connection.createStatement()) {
            statement.execute(LISTEN);
            statement.execute(SAY_HERE);
        }
        session = connection.unwrap(PGConnection.class).getBackendPID();
        signals.hearsOthers(true);
        if (failing) {
            failing = false;
            log.info("other nodes are heard again session={}", session);
        }
        // Whatever they said before this.
        signals.grewElsewhere();
    }

    private void hear(Connection connection) throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        while (!closed) {
            PGNotification[] heard = postgres.getNotifications(Math.toIntExact(SILENCE.toMillis()));
            if (heard == null || heard.length == 0) {
                // A connection that died in silence is found by using it.
                connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER.toMillis()));
                try (Statement statement = connection.createStatement()) {
                    statement.execute(LISTEN);
                }
                continue;
            }
            boolean grew = false;
            for (PGNotification one : heard) {
                if (one.getPID() == session || one.getPID() == sender.session()) {
                    continue;
                }
                if (WakeUps.GREW.equals(one.getParameter())) {
                    grew = true;
                } else {
                    sender.countAgain();
                }
            }
            if (grew) {
                signals.grewElsewhere();
            }
        }
    }

    private void rest(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        for (long left = duration.toNanos(); !closed && left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
