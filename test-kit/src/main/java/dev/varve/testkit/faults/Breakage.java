package dev.varve.testkit.faults;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A way to break a {@link Cluster}; when it returns, what was broken is whole again, and the nodes have to recover. */
public enum Breakage {
    /** A node's process is killed and another one takes its place. */
    KILL_NODE {
        @Override
        void run(Cluster cluster, int node, Duration length) {
            cluster.killNode(node);
        }
    },
    /** PostgreSQL is killed, with all its sessions, and started again at once. */
    KILL_POSTGRES {
        @Override
        void run(Cluster cluster, int node, Duration length) throws SQLException {
            cluster.postgres().kill();
            cluster.postgres().startAgain();
            cluster.holdAgain();
        }
    },
    /** PostgreSQL is stopped in good order and started again later. */
    STOP_POSTGRES {
        @Override
        void run(Cluster cluster, int node, Duration length) throws SQLException {
            cluster.postgres().stop();
            pause(length);
            cluster.postgres().startAgain();
            cluster.holdAgain();
        }
    },
    /** A node's appends are committed and it does not hear of it. */
    LOSE_APPENDS {
        @Override
        void run(Cluster cluster, int node, Duration length) {
            cluster.proxy(node).loseAnswersTo("event_store.append", 3);
            pause(length);
        }
    },
    /** A node's joined transactions are committed and it does not hear of it. */
    LOSE_COMMITS {
        @Override
        void run(Cluster cluster, int node, Duration length) {
            cluster.proxy(node).loseAnswersTo("COMMIT", 3);
            pause(length);
        }
    },
    /** All connections of a node break. */
    CUT_CONNECTIONS {
        @Override
        void run(Cluster cluster, int node, Duration length) {
            cluster.proxy(node).cutAll();
        }
    },
    /** The network swallows whatever a node sends and is sent. */
    FREEZE_NETWORK {
        @Override
        void run(Cluster cluster, int node, Duration length) {
            cluster.proxy(node).freeze();
            pause(length);
            cluster.proxy(node).thaw();
        }
    };

    abstract void run(Cluster cluster, int node, Duration length) throws SQLException;

    /**
     * Breaks the cluster and waits until every node reads again.
     *
     * @param node which one, where one node is concerned
     * @param length how long it lasts, where it lasts
     * @return the time in which readers were allowed to be late
     * @throws IllegalStateException if a node does not recover by itself in time
     */
    public Outage inflict(Cluster cluster, int node, Duration length, Duration recovery) throws SQLException {
        long from = System.currentTimeMillis();
        run(cluster, node, length);
        awaitProgress(cluster, recovery);
        return new Outage(from, System.currentTimeMillis());
    }

    private void awaitProgress(Cluster cluster, Duration recovery) {
        long deadline = System.nanoTime() + recovery.toNanos();
        long[] before = new long[cluster.size()];
        for (int n = 0; n < before.length; n++) {
            before[n] = cluster.progress(n);
        }
        for (int n = 0; n < before.length; n++) {
            while (cluster.progress(n) == before[n]) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "%s has seen nothing new for %s after %s".formatted(cluster.name(n), recovery, this));
                }
                pause(Duration.ofMillis(20));
            }
        }
    }

    private static void pause(Duration length) {
        LockSupport.parkNanos(length.toNanos());
    }
}
