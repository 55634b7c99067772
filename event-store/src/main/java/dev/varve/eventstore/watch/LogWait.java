package dev.varve.eventstore.watch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something for which writers of the log wait longer than they should. Names sessions, never what they ask.
 *
 * @param cause what kind
 * @param pid process of the session at fault; null where it is none of PostgreSQL's
 * @param session its application name, user, address and state; of a pool its numbers
 * @param since since when, as far as is known
 * @param waiting how many sessions wait
 * @param advice what to do
 */
public record LogWait(
        Cause cause,
        @Nullable Integer pid,
        String session,
        @Nullable Instant since,
        int waiting,
        String advice) {

    /** What is waited for. */
    public enum Cause {
        /** A transaction that joined an append holds the log's lock until it ends. */
        LOG_LOCK,
        /** A session holds a lock on a table or a row that others wait for, and their connections with them. */
        TABLE_LOCK,
        /** PostgreSQL writes, but its disk or its standby is slow. */
        FLUSH,
        /** A session has been sent a statement and has not begun it: its process is stopped, or the network loses what is sent. */
        BACKEND,
        /** The pool has no connection, or PostgreSQL does not answer. */
        CONNECTION,
        /** More is appended than is written. */
        QUEUE
    }

    String text() {
        return "cause=%s pid=%s session=[%s] since=%s waiting=%d advice=[%s]"
                .formatted(cause, pid, session, since, waiting, advice);
    }
}
