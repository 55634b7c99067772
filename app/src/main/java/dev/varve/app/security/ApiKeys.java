package dev.varve.app.security;

import java.security.MessageDigest;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The table {@code varve.api_key}. Works on a plain data source, so the command line needs no Spring to use it. */
public final class ApiKeys {

    private static final String UNDEFINED_TABLE = "42P01";
    private static final String UNIQUE_VIOLATION = "23505";

    private final DataSource dataSource;

    public ApiKeys(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    private static final String INSERT = """
            INSERT INTO varve.api_key (key_id, name, key_hash, roles, created_at) VALUES (?, ?, ?, ?, ?)
            """;

    /**
     * Adds a key.
     *
     * @throws NameInUse if a key that is not revoked has this name
     */
    public void add(String name, List<Role> roles, ApiKeySecret secret, Instant now) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            Array words = connection.createArrayOf(
                    "text", roles.stream().map(Role::word).distinct().toArray());
            insert.setObject(1, UUID.randomUUID());
            insert.setString(2, name);
            insert.setBytes(3, secret.hash());
            insert.setArray(4, words);
            insert.setTimestamp(5, Timestamp.from(now));
            insert.executeUpdate();
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw new NameInUse(name, e);
            }
            throw failed("add an API key", e);
        }
    }

    private static final String FIND_BY_HASH = """
            SELECT key_id, name, roles, created_at, last_used_at, revoked_at, key_hash
              FROM varve.api_key
             WHERE key_hash = ? AND revoked_at IS NULL
            """;

    /** The key in use that this secret opens. */
    Optional<ApiKey> find(ApiKeySecret secret) {
        byte[] hash = secret.hash();
        return query(FIND_BY_HASH, select -> select.setBytes(1, hash), row -> {
                    // The index compares from the left and stops; this one takes the same time whatever differs.
                    return MessageDigest.isEqual(hash, row.getBytes("key_hash")) ? Optional.of(key(row)) : null;
                })
                .stream()
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static final String LIST = """
            SELECT key_id, name, roles, created_at, last_used_at, revoked_at FROM varve.api_key ORDER BY created_at, name
            """;

    public List<ApiKey> list() {
        return query(LIST, select -> {}, ApiKeys::key);
    }

    private static final String COUNT = """
            SELECT count(*), count(*) FILTER (WHERE revoked_at IS NULL) FROM varve.api_key
            """;

    /** How many keys there are; none where the table is missing too. */
    Count count() {
        try {
            return query(COUNT, select -> {}, row -> new Count(row.getLong(1), row.getLong(2)))
                    .getFirst();
        } catch (Unreadable e) {
            if (e.getCause() instanceof SQLException sql && UNDEFINED_TABLE.equals(sql.getSQLState())) {
                return new Count(0, 0);
            }
            throw e;
        }
    }

    private static final String REVOKE = """
            UPDATE varve.api_key SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL
            """;

    /** Whether there was a key of this name in use; it is not any more. */
    public boolean revoke(String name, Instant now) {
        return update(REVOKE, update -> {
                    update.setTimestamp(1, Timestamp.from(now));
                    update.setString(2, name);
                })
                > 0;
    }

    private static final String TOUCH = """
            UPDATE varve.api_key SET last_used_at = ?
             WHERE key_id = ? AND (last_used_at IS NULL OR last_used_at < ?)
            """;

    /** Notes that a key was used, unless that was noted after {@code unlessSince} (by another node, for one). */
    void touch(UUID id, Instant now, Instant unlessSince) {
        update(TOUCH, update -> {
            update.setTimestamp(1, Timestamp.from(now));
            update.setObject(2, id);
            update.setTimestamp(3, Timestamp.from(unlessSince));
        });
    }

    private static ApiKey key(ResultSet row) throws SQLException {
        List<Role> roles = Stream.of((String[]) row.getArray("roles").getArray())
                .map(Role::of)
                .flatMap(Optional::stream)
                .collect(Collectors.toList());
        return new ApiKey(
                row.getObject("key_id", UUID.class),
                row.getString("name"),
                roles,
                row.getTimestamp("created_at").toInstant(),
                instant(row, "last_used_at"),
                instant(row, "revoked_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }

    private <T> List<T> query(String sql, Parameters parameters, Row<T> row) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            parameters.set(statement);
            try (ResultSet rows = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    T one = row.read(rows);
                    if (one != null) {
                        found.add(one);
                    }
                }
                return List.copyOf(found);
            }
        } catch (SQLException e) {
            throw failed("read the API keys", e);
        }
    }

    private int update(String sql, Parameters parameters) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            parameters.set(statement);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw failed("change an API key", e);
        }
    }

    private static Unreadable failed(String what, SQLException e) {
        return new Unreadable("cannot " + what + ": SQL state " + e.getSQLState(), e);
    }

    /** Keys that ever were, and those of them that are in use. */
    record Count(long ever, long inUse) {}

    private interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    private interface Row<T> {
        @Nullable T read(ResultSet row) throws SQLException;
    }

    /** The table could not be read or written; the cause says why. */
    static final class Unreadable extends IllegalStateException {

        private static final long serialVersionUID = 1L;

        Unreadable(String message, SQLException cause) {
            super(message, cause);
        }
    }

    /** A name belongs to one key in use. */
    public static final class NameInUse extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NameInUse(String name, Throwable cause) {
            super("a key named '" + name + "' is in use; revoke it first or take another name", cause);
        }
    }
}
