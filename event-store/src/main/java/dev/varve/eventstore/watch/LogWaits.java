package dev.varve.eventstore.watch;

import dev.varve.eventstore.Unanswered;
import dev.varve.eventstore.watch.LogWait.Cause;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks PostgreSQL who makes writers of the log wait: one short statement, which waits for nobody. */
public final class LogWaits {

    private LogWaits() {}

    // Whoever waits for the log's lock or for a table or row of the database, the sessions that they wait for, and
    // so on to those that wait for no lock themselves; and whoever has been writing for long without waiting for a
    // lock. Any table counts: its waiters keep connections that commands need.
    private static final String BLOCKERS = """
            WITH RECURSIVE waiter AS (
                SELECT DISTINCT l.pid, CASE l.locktype WHEN 'advisory' THEN 'the log' WHEN 'relation' THEN l.relation::regclass::text
                                                       ELSE 'a row' END AS what
                FROM pg_locks l JOIN pg_stat_activity w ON w.pid = l.pid AND w.datname = current_database()
                WHERE NOT l.granted AND l.waitstart < clock_timestamp() - ? * interval '1 ms'
                    AND (l.locktype IN ('relation', 'transactionid', 'tuple')
                        OR l.locktype = 'advisory' AND l.classid = 8608001 AND l.objid = 1)
            ), blocker AS (
                SELECT unnest(pg_blocking_pids(w.pid)) AS pid, w.pid AS waiter, w.what FROM waiter w
                UNION
                SELECT unnest(pg_blocking_pids(b.pid)), b.waiter, b.what FROM blocker b
            ), root AS (
                SELECT b.pid, count(DISTINCT b.waiter) AS waiting, string_agg(DISTINCT b.what, ', ') AS what,
                       EXISTS (SELECT FROM pg_locks l WHERE l.pid = b.pid AND l.granted AND l.locktype = 'advisory'
                               AND l.classid = 8608001 AND l.objid = 1) AS holds_log
                FROM blocker b WHERE cardinality(pg_blocking_pids(b.pid)) = 0 GROUP BY b.pid
            )
            SELECT CASE WHEN NOT r.holds_log THEN 'TABLE_LOCK'
                        WHEN a.state = 'active' AND (a.wait_event_type IN ('IO', 'LWLock', 'IPC') OR a.query LIKE '%event_store.append(%') THEN 'FLUSH'
                        ELSE 'LOG_LOCK' END,
                   a.pid, concat_ws(' ', nullif(a.application_name, ''), 'user ' || a.usename, 'from ' || coalesce(host(a.client_addr), 'here'),
                                    a.state, 'waits for ' || a.wait_event, 'holds ' || r.what),
                   coalesce(a.xact_start, a.state_change), r.waiting
            FROM root r JOIN pg_stat_activity a ON a.pid = r.pid
            UNION ALL
            SELECT 'FLUSH', a.pid, concat_ws(' ', nullif(a.application_name, ''), 'user ' || a.usename,
                       'from ' || coalesce(host(a.client_addr), 'here'), a.state, 'waits for ' || coalesce(a.wait_event, 'the processor')),
                   a.query_start, 1
            FROM pg_stat_activity a
            WHERE a.datname = current_database() AND a.state = 'active' AND a.pid <> pg_backend_pid()
                AND a.query_start < clock_timestamp() - ? * interval '1 ms'
                AND a.query LIKE '%event_store.append(%' AND a.wait_event_type IS DISTINCT FROM 'Lock'
                AND a.pid NOT IN (SELECT r.pid FROM root r)
            UNION ALL
            SELECT 'BACKEND', a.pid, concat_ws(' ', nullif(a.application_name, ''), 'user ' || a.usename,
                       'from ' || coalesce(host(a.client_addr), 'here'), a.state, 'does not answer'),
                   told.since, 1
            FROM (SELECT substring(application_name FROM '^varve-unanswered (\\d{1,9}) \\d{1,13}$')::int AS pid,
                         to_timestamp(substring(application_name FROM '^varve-unanswered \\d{1,9} (\\d{1,13})$')::bigint / 1e3) AS since
                  FROM pg_stat_activity WHERE datname = current_database()) told
                JOIN pg_stat_activity a ON a.pid = told.pid
            WHERE a.state <> 'active' AND a.state_change <= told.since
            """;

    // PostgreSQL cannot tell that a session was sent something that it has not taken: it only looks idle since before.
    // The node that sent it says so in the name of the session it asks on, for as long as it keeps that. A number
    // that a proxy made up is no session's.
    private static final String TELL = """
            SELECT set_config('application_name', format('varve-unanswered %s %s', longest.pid, longest.since), false)
            FROM (SELECT a.pid, ceil(extract(epoch FROM clock_timestamp()) * 1000 - asked.waited)::bigint AS since
                  FROM unnest(?::int[], ?::bigint[]) AS asked (pid, waited) JOIN pg_stat_activity a ON a.pid = asked.pid
                  WHERE a.datname = current_database() AND a.state <> 'active'
                      AND a.state_change <= clock_timestamp() - asked.waited * interval '1 ms'
                  ORDER BY asked.waited DESC LIMIT 1) longest
            """;

    /** Notes, for whoever asks for waits while the connection is open, the session that has not taken its statement for longest. */
    static void tell(Connection connection, List<Unanswered> unanswered) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TELL)) {
            statement.setQueryTimeout(5);
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "int4", unanswered.stream().map(Unanswered::pid).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "int8",
                            unanswered.stream()
                                    .map(each -> each.waited().toMillis())
                                    .toArray()));
            statement.execute();
        }
    }

    /** Before a connection on which {@link #tell} was called goes back to where it came from. */
    static void tellNothing(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("RESET application_name");
        }
    }

    /** Those for whom writers have waited longer than so many milliseconds; empty while all is well. */
    public static List<LogWait> longerThan(Connection connection, long millis) throws SQLException {
        List<LogWait> waits = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(BLOCKERS)) {
            statement.setQueryTimeout(5);
            statement.setLong(1, millis);
            statement.setLong(2, millis);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Cause cause = Cause.valueOf(row.getString(1));
                    int pid = row.getInt(2);
                    @Nullable OffsetDateTime since = row.getObject(4, OffsetDateTime.class);
                    waits.add(new LogWait(
                            cause,
                            pid,
                            row.getString(3),
                            since == null ? null : since.toInstant(),
                            row.getInt(5),
                            advice(cause, pid)));
                }
            }
        }
        return waits;
    }

    private static String advice(Cause cause, int pid) {
        return switch (cause) {
            case LOG_LOCK ->
                "this transaction appended and has not ended: end it in its application, or run"
                        + " SELECT pg_terminate_backend(%d); its events are then not written".formatted(pid);
            case TABLE_LOCK ->
                ("others wait for what this session holds: let it end, or run SELECT pg_cancel_backend(%1$d), and if that"
                                + " does not help SELECT pg_terminate_backend(%1$d)")
                        .formatted(pid);
            case FLUSH ->
                "PostgreSQL is writing: look at the disk's latency and fullness, a synchronous standby that is away,"
                        + " checkpoints in its log; nothing has to be ended. " + ifStopped(pid);
            case BACKEND ->
                "it has not taken what it was sent: it was stopped, or the network loses what is sent. "
                        + ifStopped(pid);
            case CONNECTION, QUEUE -> throw new IllegalArgumentException(cause + " is no session");
        };
    }

    private static String ifStopped(int pid) {
        return "On PostgreSQL's machine, ps -o stat= -p %1$d says T if the process is stopped; kill -CONT %1$d lets it go on"
                .formatted(pid);
    }
}
