package dev.varve.eventstore;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Tells other nodes that the log grew, and hears it from them, by LISTEN and NOTIFY.
 *
 * <p>Only a shortcut: whoever reads the log still asks at intervals, so a notification that is lost, late or impossible
 * costs time and nothing else. The notification is never part of an append, because a transaction that notifies takes a
 * lock that all such transactions of the server share. Two connections are held for it, beside the pool.
 */
public final class WakeUps implements AutoCloseable {

    static final String CHANNEL = "varve_log";
    static final String GREW = "grew";
    static final String HERE = "here";
    /** Name of the listening sessions; everybody may see it, so it tells who would be told. */
    static final String LISTENING = "varve-listen";

    private final @Nullable HikariDataSource own;
    private final WakeUpReceiver receiver;
    private final WakeUpSender sender;

    /** @param dataSource a HikariCP pool is copied and left alone; of another kind two connections are kept for good */
    public WakeUps(DataSource dataSource, LogSignals signals) {
        own = besidePool(dataSource);
        DataSource connections = own == null ? dataSource : own;
        sender = new WakeUpSender(connections, this::listeningSession);
        receiver = new WakeUpReceiver(connections, signals, sender);
        signals.onOwnGrowth(sender::grew);
    }

    private int listeningSession() {
        return receiver.session();
    }

    private static @Nullable HikariDataSource besidePool(DataSource dataSource) {
        try {
            if (!dataSource.isWrapperFor(HikariDataSource.class)) {
                return null;
            }
            HikariConfig config = new HikariConfig();
            dataSource.unwrap(HikariDataSource.class).copyStateTo(config);
            config.setPoolName("varve-wake-ups");
            config.setMaximumPoolSize(2);
            config.setMinimumIdle(0);
            config.setMaxLifetime(0);
            config.setKeepaliveTime(0);
            config.setLeakDetectionThreshold(0);
            config.setInitializationFailTimeout(-1);
            config.setRegisterMbeans(false);
            config.setAutoCommit(true);
            return new HikariDataSource(config);
        } catch (SQLException e) {
            throw new IllegalArgumentException("the data source cannot be looked into: " + e.getMessage(), e);
        }
    }

    public void start() {
        receiver.start();
        sender.start();
    }

    /** Whether this node hears others at once; otherwise it notices at its next look. */
    public boolean listening() {
        return receiver.session() != 0;
    }

    /** Lets both connections go; what is under way is cut. */
    @Override
    public void close() {
        sender.close();
        receiver.close();
        if (own != null) {
            closeSoon(own);
        }
    }

    private static void closeSoon(HikariDataSource pool) {
        try {
            // So long it waits for one that is being opened, and which a server that is away would never answer.
            pool.setLoginTimeout(1);
        } catch (SQLException e) {
            throw new IllegalStateException("the pool takes no time limit: " + e.getMessage(), e);
        } finally {
            pool.close();
        }
    }
}
