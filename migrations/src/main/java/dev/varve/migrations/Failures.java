package dev.varve.migrations;

import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.flywaydb.core.internal.sqlscript.FlywaySqlScriptException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** Turns what the database said into what an operator can act on. */
final class Failures {

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String QUERY_CANCELED = "57014";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private static final String UNDONE = "and was rolled back; the schema is as it was before.";

    private static final String NOT_UNDONE =
            "outside of a transaction, as its statements demand; what ran before is there, and the file runs again from its beginning.";

    private Failures() {}

    static MigrationFailed ofUp(String schema, FlywayException cause) {
        FlywaySqlScriptException script = find(cause, FlywaySqlScriptException.class);
        if (script == null || !(cause instanceof FlywayMigrateException failed)) {
            return new MigrationFailed(
                    "schema %s was not migrated: %s".formatted(schema, firstLine(cause.getMessage())), cause);
        }
        MigrationInfo migration = failed.getMigration();
        String what =
                migration.isVersioned() ? "version " + migration.getVersion().getVersion() : migration.getScript();
        String place = "line %d of %s".formatted(script.getLineNumber(), migration.getScript());
        SQLException sql = find(cause, SQLException.class);
        String outcome = failed.isExecutableInTransaction() ? UNDONE : NOT_UNDONE;
        return new MigrationFailed(describe("up", schema, what, outcome, place, script.getStatement(), sql), cause);
    }

    static MigrationFailed ofDown(MigrationPair pair, String statement, SQLException cause) {
        return new MigrationFailed(
                describe("down", pair.schema(), "version " + pair.version(), UNDONE, pair.downFile(), statement, cause),
                cause);
    }

    private static String describe(
            String direction,
            String schema,
            String what,
            String outcome,
            String place,
            String statement,
            @Nullable SQLException sql) {
        return """
                migration %s of schema %s, %s, failed %s
                  where: %s
                  statement: %s
                  why: %s
                  what to do: %s""".formatted(direction, schema, what, outcome, place, shorten(statement), reason(sql), advice(sql));
    }

    private static String reason(@Nullable SQLException sql) {
        if (sql instanceof PSQLException server && server.getServerErrorMessage() != null) {
            String detail = server.getServerErrorMessage().getDetail();
            return server.getServerErrorMessage().getMessage() + " (SQLSTATE " + sql.getSQLState() + ")"
                    + (detail == null ? "" : "; " + detail);
        }
        return sql == null ? "unknown" : sql.getMessage() + " (SQLSTATE " + sql.getSQLState() + ")";
    }

    private static String advice(@Nullable SQLException sql) {
        String state = sql == null || sql.getSQLState() == null ? "" : sql.getSQLState();
        return switch (state) {
            case LOCK_NOT_AVAILABLE ->
                "another session holds the lock; find it with SELECT pid, state, xact_start, query FROM pg_stat_activity"
                        + " ORDER BY xact_start, end it or wait for it, then run the command again, with a longer --lock-timeout if need be";
            case QUERY_CANCELED ->
                "the statement ran into its time-out; run the command again at a quiet time, with a longer --statement-timeout";
            case INSUFFICIENT_PRIVILEGE -> "run the command as a role that owns the schema";
            default -> "correct the file or the data it stumbles over, then run the command again";
        };
    }

    private static String shorten(String statement) {
        String line = statement.replaceAll("(?m)^\\s*--.*$", "").strip().replaceAll("\\s+", " ");
        return line.length() <= 300 ? line : line.substring(0, 300) + " …";
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "no reason was given" : message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static <T extends Throwable> @Nullable T find(Throwable from, Class<T> wanted) {
        for (Throwable t = from; t != null; t = t.getCause()) {
            if (wanted.isInstance(t)) {
                return wanted.cast(t);
            }
        }
        return null;
    }
}
