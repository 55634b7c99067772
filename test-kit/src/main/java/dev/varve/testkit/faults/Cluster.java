package dev.varve.testkit.faults;

import dev.varve.migrations.Migrations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * A durable PostgreSQL and nodes that are processes of their own, each behind a proxy of its own; and in the same and in
 * another database a transaction that stays open all the time.
 */
public final class Cluster implements AutoCloseable {

    private static final String DATABASE = "varve";
    private static final String OTHER_DATABASE = "other";

    private final Path folder;
    private final Class<?> main;
    private final RestartablePostgres postgres;
    private final List<HeldTransaction> held = new ArrayList<>();
    private final List<PostgresProxy> proxies = new ArrayList<>();
    private final List<NodeProcess> nodes = new ArrayList<>();

    private Cluster(Path folder, Class<?> main, RestartablePostgres postgres) {
        this.folder = folder;
        this.main = main;
        this.postgres = postgres;
    }

    /**
     * Starts it, the database migrated.
     *
     * @param folder an empty one, which the caller removes
     * @param main of a node; its arguments are its name, the URL and the user of its database, and the folder
     */
    public static Cluster start(Path folder, Class<?> main, int nodes) throws SQLException {
        Cluster cluster = new Cluster(folder, main, RestartablePostgres.in(folder.resolve("postgres")));
        cluster.createDatabase(DATABASE);
        cluster.createDatabase(OTHER_DATABASE);
        cluster.held.add(HeldTransaction.on(cluster.postgres.dataSource(DATABASE)));
        cluster.held.add(HeldTransaction.on(cluster.postgres.dataSource(OTHER_DATABASE)));
        for (int n = 0; n < nodes; n++) {
            cluster.proxies.add(PostgresProxy.before("127.0.0.1", cluster.postgres.port()));
            cluster.nodes.add(cluster.startNode(n));
        }
        return cluster;
    }

    /** A further database, with all migrations run. */
    public DataSource createDatabase(String name) throws SQLException {
        try (Connection connection = postgres.dataSource("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        DataSource dataSource = postgres.dataSource(name);
        new Migrations(dataSource).up();
        return dataSource;
    }

    private NodeProcess startNode(int n) {
        return NodeProcess.start(
                name(n),
                main,
                folder.resolve(name(n) + ".log"),
                List.of(name(n), proxies.get(n).jdbcUrl(DATABASE), postgres.user(), folder.toString()));
    }

    /** Of a node, and of its files. */
    public String name(int node) {
        return "node-" + node;
    }

    public int size() {
        return nodes.size();
    }

    /** The nodes' database, past the proxies. */
    public DataSource dataSource() {
        return postgres.dataSource(DATABASE);
    }

    public PostgresProxy proxy(int node) {
        return proxies.get(node);
    }

    public RestartablePostgres postgres() {
        return postgres;
    }

    /** {@code kill -9}, and a new process in its place. */
    public void killNode(int node) {
        nodes.get(node).kill();
        nodes.set(node, startNode(node));
    }

    /** After PostgreSQL ended and came back. */
    public void holdAgain() throws SQLException {
        for (HeldTransaction transaction : held) {
            transaction.renew();
        }
    }

    /** How much a node has seen, in bytes of its journal. */
    public long progress(int node) {
        Path reads = folder.resolve(name(node) + Verdict.READS);
        try {
            return Files.exists(reads) ? Files.size(reads) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("the journal of %s cannot be seen".formatted(name(node)), e);
        }
    }

    /** Lets every node finish and end; what they leave in the folder is complete then. */
    public void leave() {
        nodes.forEach(NodeProcess::tellToLeave);
        nodes.forEach(NodeProcess::awaitEnd);
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
        held.forEach(HeldTransaction::close);
        proxies.forEach(PostgresProxy::close);
        postgres.close();
    }
}
