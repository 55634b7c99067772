package dev.varve.eventstore.axon;

import dev.varve.eventstore.CheckpointCommits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.eventhandling.tokenstore.UnableToInitializeTokenException;
import org.axonframework.eventhandling.tokenstore.UnableToRetrieveIdentifierException;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Axon's tokens with native types: a checkpoint is a number, claims are judged by the database's clock, and each step is
 * one statement. Works in the transaction that is open on the thread, so that a token commits with its projections.
 */
public final class PostgresTokenStore implements TokenStore {

    private final DataSource dataSource;
    private final Serializer serializer;
    private final Duration claimTimeout;
    private final String node;
    private final boolean flushing;
    private final ReentrantLock extending = new ReentrantLock();
    private final Map<Claim, Long> asked = new ConcurrentHashMap<>();
    private final Map<Claim, Long> extended = new ConcurrentHashMap<>();
    private final Map<Claim, String> places = new ConcurrentHashMap<>();

    private record Claim(String processor, int segment) {}

    /** One whose checkpoints do not wait for the disk; see {@link CheckpointCommits}. */
    public PostgresTokenStore(DataSource dataSource, Serializer serializer, Duration claimTimeout, String node) {
        this(dataSource, serializer, claimTimeout, node, false);
    }

    /**
     * Makes one.
     *
     * @param node names this node among those that share the database
     * @param flushing whether a transaction that moves a checkpoint waits for the disk when it commits
     */
    public PostgresTokenStore(
            DataSource dataSource, Serializer serializer, Duration claimTimeout, String node, boolean flushing) {
        this.dataSource = dataSource;
        this.serializer = serializer;
        this.claimTimeout = claimTimeout;
        this.node = node;
        this.flushing = flushing;
    }

    private static final String INITIALIZE = """
            INSERT INTO event_store.token (processor, segment, position, token, token_type, claimed_at)
            SELECT ?, segment, ?, ?, ?, 'epoch' FROM generate_series(0, ? - 1) AS segment
            WHERE NOT EXISTS (SELECT FROM event_store.token WHERE processor = ?)
            """;

    @Override
    public void initializeTokenSegments(String processorName, int segmentCount) {
        initializeTokenSegments(processorName, segmentCount, null);
    }

    @Override
    public void initializeTokenSegments(String processorName, int segmentCount, @Nullable TrackingToken initialToken) {
        int made = run(INITIALIZE, statement -> {
            statement.setString(1, processorName);
            bind(statement, 2, initialToken);
            statement.setInt(5, segmentCount);
            statement.setString(6, processorName);
            return statement.executeUpdate();
        });
        if (made != segmentCount) {
            throw new UnableToClaimTokenException("processor '%s' has segments already, so %d new ones were not made"
                    .formatted(processorName, segmentCount));
        }
    }

    private static final String INITIALIZE_ONE = """
            INSERT INTO event_store.token (processor, segment, position, token, token_type, claimed_at)
            VALUES (?, ?, ?, ?, ?, 'epoch') ON CONFLICT DO NOTHING
            """;

    @Override
    public void initializeSegment(@Nullable TrackingToken token, String processorName, int segment) {
        int made = run(INITIALIZE_ONE, statement -> {
            statement.setString(1, processorName);
            statement.setInt(2, segment);
            bind(statement, 3, token);
            return statement.executeUpdate();
        });
        if (made == 0) {
            throw new UnableToInitializeTokenException(
                    "segment %d of processor '%s' is there already".formatted(segment, processorName));
        }
    }

    @Override
    public boolean requiresExplicitSegmentInitialization() {
        return true;
    }

    private static final String STORE = """
            UPDATE event_store.token SET position = ?, token = ?, token_type = ?, owner = ?, claimed_at = clock_timestamp()
            WHERE processor = ? AND segment = ?
              AND (owner = ? OR owner IS NULL OR claimed_at < clock_timestamp() - ? * interval '1 millisecond')
            """;

    private static final String WITHOUT_FLUSH = "  AND " + CheckpointCommits.WITHOUT_FLUSH;

    /**
     * While a snapshot is held that may see a checkpoint of long ago, all versions of the row since then stay, and the
     * index leads to the first of each page. The last one is where it was written.
     */
    private static final String AT_PLACE = "  AND ctid = ?::tid";

    private static final String PLACE = "  RETURNING ctid::text";

    @Override
    public void storeToken(@Nullable TrackingToken token, String processorName, int segment) {
        Claim claim = new Claim(processorName, segment);
        String store = !flushing && CheckpointCommits.mayGoWithoutFlush() ? STORE + WITHOUT_FLUSH : STORE;
        String place = places.get(claim);
        String stored = place == null ? null : store(store + AT_PLACE + PLACE, token, claim, place);
        if (stored == null) {
            // The row was written elsewhere since, or what this node wrote was rolled back.
            stored = store(store + PLACE, token, claim, null);
        }
        if (stored == null) {
            throw notClaimed(processorName, segment);
        }
        places.put(claim, stored);
    }

    /** Answers where the row is now; null when it was not changed. */
    private @Nullable String store(String sql, @Nullable TrackingToken token, Claim claim, @Nullable String place) {
        return this.<@Nullable String>run(sql, statement -> {
            bind(statement, 1, token);
            statement.setString(4, node);
            statement.setString(5, claim.processor());
            statement.setInt(6, claim.segment());
            statement.setString(7, node);
            statement.setLong(8, claimTimeout.toMillis());
            if (place != null) {
                statement.setString(9, place);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        });
    }

    /**
     * A row that a transaction holds is not waited for: PostgreSQL notices late that a machine has vanished in the middle of
     * one, and the coordinator that would wait also feeds the segments that this node works on.
     */
    private static final String CLAIM = """
            UPDATE event_store.token t SET owner = ?, claimed_at = clock_timestamp()
            FROM (SELECT processor, segment FROM event_store.token
                  WHERE processor = ? AND segment = ?
                    AND (owner = ? OR owner IS NULL OR claimed_at < clock_timestamp() - ? * interval '1 millisecond')
                  FOR UPDATE SKIP LOCKED) free
            WHERE t.processor = free.processor AND t.segment = free.segment
            RETURNING t.position, t.token, t.token_type
            """;

    @Override
    public @Nullable TrackingToken fetchToken(String processorName, int segment) {
        return this.<@Nullable TrackingToken>run(CLAIM, statement -> {
            statement.setString(1, node);
            statement.setString(2, processorName);
            statement.setInt(3, segment);
            statement.setString(4, node);
            statement.setLong(5, claimTimeout.toMillis());
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw notClaimed(processorName, segment);
                }
                asked.put(new Claim(processorName, segment), System.nanoTime());
                return token(rows);
            }
        });
    }

    private static final String EXTEND = """
            UPDATE event_store.token t SET claimed_at = clock_timestamp()
            FROM unnest(?, ?) AS asked (processor, segment)
            WHERE t.processor = asked.processor AND t.segment = asked.segment AND t.owner = ?
            RETURNING t.processor, t.segment
            """;

    /**
     * Extends this claim together with all others of this node that were asked for lately: they come due at the same
     * time, and an idle node with many segments should cost one statement, not one for each. A segment that asks no more
     * is not held.
     */
    @Override
    public void extendClaim(String processorName, int segment) {
        Claim claim = new Claim(processorName, segment);
        extending.lock();
        try {
            long now = System.nanoTime();
            asked.put(claim, now);
            asked.values().removeIf(at -> now - at > claimTimeout.toNanos());
            Long before = extended.get(claim);
            if (before != null && now - before < claimTimeout.toNanos() / 4) {
                return;
            }
            Set<Claim> held = extend(List.copyOf(asked.keySet()));
            if (!held.contains(claim)) {
                asked.remove(claim);
                throw notClaimed(processorName, segment);
            }
            held.forEach(one -> extended.put(one, now));
        } finally {
            extending.unlock();
        }
    }

    private Set<Claim> extend(List<Claim> claims) {
        forgetUnlessCommitted();
        return run(EXTEND, statement -> {
            Connection connection = statement.getConnection();
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", claims.stream().map(Claim::processor).toArray()));
            statement.setObject(2, claims.stream().mapToInt(Claim::segment).toArray());
            statement.setString(3, node);
            try (ResultSet rows = statement.executeQuery()) {
                Set<Claim> held = new HashSet<>();
                while (rows.next()) {
                    held.add(new Claim(rows.getString(1), rows.getInt(2)));
                }
                return held;
            }
        });
    }

    private void forgetUnlessCommitted() {
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCompletion(int status) {
                    if (status != STATUS_COMMITTED) {
                        extended.clear();
                    }
                }
            });
        }
    }

    private void forget(String processorName, int segment) {
        Claim claim = new Claim(processorName, segment);
        asked.remove(claim);
        extended.remove(claim);
        places.remove(claim);
    }

    private static final String RELEASE = """
            UPDATE event_store.token SET owner = NULL WHERE processor = ? AND segment = ? AND owner = ?
            """;

    @Override
    public void releaseClaim(String processorName, int segment) {
        forget(processorName, segment);
        runOnOwned(RELEASE, processorName, segment);
    }

    private static final String DELETE = """
            DELETE FROM event_store.token WHERE processor = ? AND segment = ? AND owner = ?
            """;

    @Override
    public void deleteToken(String processorName, int segment) {
        forget(processorName, segment);
        if (runOnOwned(DELETE, processorName, segment) == 0) {
            throw notClaimed(processorName, segment);
        }
    }

    private static final String SEGMENTS = """
            SELECT segment, owner IS NULL OR owner = ? OR claimed_at < clock_timestamp() - ? * interval '1 millisecond'
            FROM event_store.token WHERE processor = ? ORDER BY segment
            """;

    private record Claimable(int segment, boolean free) {}

    @Override
    public int[] fetchSegments(String processorName) {
        return segments(processorName).stream().mapToInt(Claimable::segment).toArray();
    }

    @Override
    public List<Segment> fetchAvailableSegments(String processorName) {
        List<Claimable> found = segments(processorName);
        int[] all = found.stream().mapToInt(Claimable::segment).toArray();
        return found.stream()
                .filter(Claimable::free)
                .map(claimable -> Segment.computeSegment(claimable.segment(), all))
                .toList();
    }

    private List<Claimable> segments(String processorName) {
        return run(SEGMENTS, statement -> {
            statement.setString(1, node);
            statement.setLong(2, claimTimeout.toMillis());
            statement.setString(3, processorName);
            try (ResultSet rows = statement.executeQuery()) {
                List<Claimable> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(new Claimable(rows.getInt(1), rows.getBoolean(2)));
                }
                return found;
            }
        });
    }

    private static final String IDENTITY = "SELECT id::text FROM event_store.identity";

    @Override
    public Optional<String> retrieveStorageIdentifier() throws UnableToRetrieveIdentifierException {
        return run(IDENTITY, statement -> {
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        });
    }

    private int runOnOwned(String sql, String processorName, int segment) {
        return run(sql, statement -> {
            statement.setString(1, processorName);
            statement.setInt(2, segment);
            statement.setString(3, node);
            return statement.executeUpdate();
        });
    }

    private UnableToClaimTokenException notClaimed(String processorName, int segment) {
        return new UnableToClaimTokenException(
                "segment %d of processor '%s' does not exist, or another node than '%s' works on it"
                        .formatted(segment, processorName, node));
    }

    /** Three parameters: the position, or bytes and type of any other kind of token, or nothing. */
    private void bind(PreparedStatement statement, int first, @Nullable TrackingToken token) throws SQLException {
        if (token instanceof GlobalSequenceTrackingToken sequence) {
            statement.setLong(first, sequence.getGlobalIndex());
        } else {
            statement.setNull(first, Types.BIGINT);
        }
        if (token == null || token instanceof GlobalSequenceTrackingToken) {
            statement.setNull(first + 1, Types.BINARY);
            statement.setNull(first + 2, Types.VARCHAR);
        } else {
            SerializedObject<byte[]> bytes = serializer.serialize(token, byte[].class);
            statement.setBytes(first + 1, bytes.getData());
            statement.setString(first + 2, bytes.getType().getName());
        }
    }

    private @Nullable TrackingToken token(ResultSet rows) throws SQLException {
        Long position = rows.getObject(1, Long.class);
        if (position != null) {
            return new GlobalSequenceTrackingToken(position);
        }
        String type = rows.getString(3);
        return type == null
                ? null
                : serializer.deserialize(new SimpleSerializedObject<>(rows.getBytes(2), byte[].class, type, null));
    }

    private <T extends @Nullable Object> T run(String sql, Work<T> work) {
        try {
            Connection connection = DataSourceUtils.doGetConnection(dataSource);
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                return work.on(statement);
            } finally {
                DataSourceUtils.doReleaseConnection(connection, dataSource);
            }
        } catch (SQLException e) {
            throw new TokenStoreException("the token store failed: " + e.getMessage(), e);
        }
    }

    @FunctionalInterface
    private interface Work<T extends @Nullable Object> {
        T on(PreparedStatement statement) throws SQLException;
    }
}
