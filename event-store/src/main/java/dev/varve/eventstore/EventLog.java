package dev.varve.eventstore;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * The log: every event in one order, in which positions are dense, final, and visible as they are assigned. Whoever has
 * read up to a position will never find anything new at or before it.
 *
 * <p>Free of any framework. Safe for any number of threads.
 */
public interface EventLog {

    /**
     * Writes events and their messages. Joins the caller's transaction if one is open on this thread on the log's own
     * database; otherwise returns when they are durable, in one go with what other callers write. A transaction on
     * another database cannot take them back.
     *
     * @throws StreamConflictException if a stream is not at the version the append builds on
     * @throws EventTooLargeException if an event or a message has more bytes than the log takes
     * @throws AppendFailedException if the database would not or could not
     */
    Appended append(Append append);

    /** Whether a transaction is open on this thread that an append would join. */
    boolean joinsTransaction();

    /** Events after a position, in order, at most so many; empty at the end of the log. */
    List<RecordedEvent> read(long after, int limit);

    /** A stream's events from a version on, in order, at most so many. */
    List<RecordedEvent> readStream(String streamId, long fromVersion, int limit);

    /** As {@link #readStream}, but from the latest snapshot on; that comes first then, with position 0. */
    List<RecordedEvent> readStreamWithSnapshot(String streamId, int limit);

    /** As {@link #readStreamWithSnapshot} for many streams at once; each list holds what the stream of that place has. */
    List<List<RecordedEvent>> readStreamsWithSnapshots(List<String> streamIds, int limit);

    /** As {@link #readStream}, but nothing that came after that moment. */
    List<RecordedEvent> readStreamAsOf(String streamId, AsOf asOf, long fromVersion, int limit);

    /** Position of the last event that a command of this id wrote; empty when none has, or its receipt is kept no longer. */
    OptionalLong receipt(String commandId);

    /** Version of a stream's last event; empty when there is no such stream. */
    OptionalLong streamVersion(String streamId);

    /** Position of the last event; 0 for an empty log. */
    long head();

    /** The position before the first event recorded at or after an instant; the head when there is none. */
    long positionBefore(Instant instant);

    /** The position before the first event that is still here; 0 as long as nothing was archived. */
    long tail();

    /** Keeps a stream's state so that loading starts from it; replaces older ones. The event's position is not used. */
    void storeSnapshot(NewEvent snapshot);

    /**
     * As {@link #storeSnapshot}, but some time later, together with others, and without word if it could not be stored.
     *
     * @param position of the last event it holds, so that loading need not look before it; 0 if that is not known
     */
    void keepSnapshot(NewEvent snapshot, long position);
}
