package dev.varve.testkit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Stands between a client and PostgreSQL, understands where their messages begin and end, and so can break a connection
 * at the worst moment: after the server committed and before the client heard of it.
 *
 * <p>It declines encryption, so a client must not insist on it.
 */
public final class PostgresProxy implements AutoCloseable {

    private final String host;
    private final int port;
    private final ServerSocket entrance;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition thawed = lock.newCondition();
    private boolean frozen;
    private volatile boolean refusing;
    private volatile String losing = "";
    private final AtomicInteger toLose = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    private PostgresProxy(String host, int port, ServerSocket entrance) {
        this.host = host;
        this.port = port;
        this.entrance = entrance;
    }

    /** A proxy on a free port of this machine, before the server at an address. */
    public static PostgresProxy before(String host, int port) {
        try {
            PostgresProxy proxy =
                    new PostgresProxy(host, port, new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().name("postgres-proxy").start(proxy::admit);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("the proxy found no port", e);
        }
    }

    /** A proxy before the server of a data source. */
    public static PostgresProxy before(PGSimpleDataSource server) {
        return before(
                Objects.requireNonNull(server.getServerNames())[0], Objects.requireNonNull(server.getPortNumbers())[0]);
    }

    /** The same database as this data source's, by way of the proxy. */
    public PGSimpleDataSource dataSource(PGSimpleDataSource direct) {
        PGSimpleDataSource through = new PGSimpleDataSource();
        through.setUrl(jdbcUrl(Objects.requireNonNull(direct.getDatabaseName())));
        through.setUser(direct.getUser());
        through.setPassword(direct.getPassword());
        return through;
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(entrance.getLocalPort(), database);
    }

    /** Breaks every connection there is; new ones are let in. */
    public void cutAll() {
        connections.forEach(ProxiedConnection::cut);
    }

    /** Breaks every connection, and every new one at once, as when the server is gone. */
    public void refuse() {
        refusing = true;
        cutAll();
    }

    /** Ends {@link #refuse}. */
    public void admitAgain() {
        refusing = false;
    }

    /** Keeps connections open and carries nothing, as when a network swallows every packet. */
    public void freeze() {
        lock.lock();
        try {
            frozen = true;
        } finally {
            lock.unlock();
        }
    }

    /** Carries again, beginning with what was held back. */
    public void thaw() {
        lock.lock();
        try {
            frozen = false;
            thawed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets the server finish the next statements whose text contains this, and breaks the connection instead of handing
     * over the answer. A statement outside a transaction block, or a COMMIT, is durable by then.
     */
    public void loseAnswersTo(String partOfStatement, int times) {
        losing = partOfStatement;
        toLose.set(times);
    }

    /** Answers lost so far. */
    public int lostAnswers() {
        return lost.get();
    }

    /** Takes one loss if this statement's answer is to be lost. */
    boolean losesAnswerTo(String statement) {
        return toLose.get() > 0
                && statement.contains(losing)
                && toLose.getAndUpdate(left -> left > 0 ? left - 1 : 0) > 0;
    }

    void answerLost() {
        lost.incrementAndGet();
    }

    void awaitThaw() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (frozen) {
                thawed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    void ended(ProxiedConnection connection) {
        connections.remove(connection);
    }

    private void admit() {
        while (!entrance.isClosed()) {
            try {
                Socket client = entrance.accept();
                if (refusing || !connect(client)) {
                    client.close();
                }
            } catch (IOException e) {
                if (!entrance.isClosed()) {
                    throw new UncheckedIOException("the proxy lets nobody in any more", e);
                }
            }
        }
    }

    /** False when the server is away. */
    private boolean connect(Socket client) {
        try {
            ProxiedConnection connection = new ProxiedConnection(this, client, new Socket(host, port));
            connections.add(connection);
            connection.start();
            if (refusing) {
                connection.cut();
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the proxy did not close", e);
        }
        thaw();
        cutAll();
    }
}
