package dev.varve.outbox.sink.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.outbox.Message;
import dev.varve.outbox.SubscriptionFilter;
import dev.varve.outbox.sink.CloudEvents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One consumer's server-sent events. It has a thread only while there is something to write, reads the next page only
 * when the last is written, and so buffers nothing: a consumer that is too slow falls behind, and ends when a write
 * takes longer than the connection allows.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
public final class FeedStream {

    private static final int PAGE = 200;
    private static final byte[] ID = "id: ".getBytes(UTF_8);
    private static final byte[] DATA = "data: ".getBytes(UTF_8);

    /** Where the events go. */
    public interface Connection {

        /** Writes and flushes; waits for a slow consumer as long as the connection allows. */
        void write(byte[] events) throws IOException;

        /** Nothing more comes. */
        void end();
    }

    private final Feed feed;
    private final long generation;
    private final SubscriptionFilter filter;
    private final CloudEvents events;
    private final Connection connection;
    private final Executor threads;
    private final Runnable waker = this::wake;

    /** Calls that are not served yet; who makes it one starts the writing. */
    private final AtomicInteger calls = new AtomicInteger();

    private volatile boolean ended;
    private volatile boolean beat = true;
    private volatile long position;

    /**
     * @param after begins with what comes after
     * @param threads a new one, or one from a pool, for each time there is something to write
     */
    public FeedStream(
            Feed feed,
            long after,
            SubscriptionFilter filter,
            CloudEvents events,
            Connection connection,
            Executor threads) {
        this.feed = feed;
        this.generation = feed.generation();
        this.position = after;
        this.filter = filter;
        this.events = events;
        this.connection = connection;
        this.threads = threads;
    }

    /** Begins with the position, so that a consumer that is cut off before the first message knows its place. */
    public void start() {
        feed.await(waker);
        wake();
    }

    /** Lets the consumer know that the stream is alive, and how far it has come. */
    public void heartbeat() {
        beat = true;
        wake();
    }

    /** The consumer is gone. */
    public void stop() {
        ended = true;
        feed.forget(waker);
    }

    private void wake() {
        if (!ended && calls.getAndIncrement() == 0) {
            threads.execute(this::write);
        }
    }

    private void write() {
        try {
            int served;
            do {
                served = calls.get();
                writeAll();
            } while (!ended && calls.addAndGet(-served) > 0);
        } catch (IOException | RuntimeException e) {
            // Its own end is all that a broken connection asks for; where it stood, the consumer knows.
            stop();
            connection.end();
        }
    }

    private void writeAll() throws IOException {
        Feed.Page page;
        do {
            page = feed.page(position, PAGE, filter);
            if (feed.generation() != generation) {
                // Its reader comes back with the last id, which may be beyond the newest message.
                stop();
                connection.end();
                return;
            }
            if (!page.messages().isEmpty()) {
                connection.write(write(page));
                beat = false;
            }
            position = page.upTo();
        } while (page.full() && !ended);
        if (beat && !ended) {
            beat = false;
            connection.write(("id: " + page.upTo() + "\n: \n\n").getBytes(UTF_8));
        }
    }

    private byte[] write(Feed.Page page) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Message message : page.messages()) {
            out.writeBytes(ID);
            out.writeBytes(Long.toString(message.position()).getBytes(UTF_8));
            out.write('\n');
            out.writeBytes(DATA);
            for (byte next : events.json(message)) {
                // A line's end inside JSON is white space; the consumer puts it back.
                if (next == '\n') {
                    out.write('\n');
                    out.writeBytes(DATA);
                } else if (next != '\r') {
                    out.write(next);
                }
            }
            out.write('\n');
            out.write('\n');
        }
        return out.toByteArray();
    }
}
