package dev.varve.app.cli;

import dev.varve.app.assembly.Application;
import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.command.ingestion.Terminal;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine;

/**
 * Watches long work on the terminal. The work is done by a server; where none takes it up within some seconds, the
 * application is started here, without its web server, and does it.
 */
final class Follower implements AutoCloseable {

    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long PATIENCE_WITH_SERVERS = TimeUnit.SECONDS.toNanos(5);
    private static final int BAR = 24;

    private final Database database;
    private final PrintWriter err;
    private final boolean terminal = Terminal.isAttached();
    private @Nullable ConfigurableApplicationContext application;
    private String shown = "";

    Follower(Database database, CommandLine commandLine) {
        this.database = database;
        this.err = commandLine.getErr();
    }

    /**
     * How a piece of work stands.
     *
     * @param share that is done, from 0 to 1
     * @param stage in a word; each new one is a line where there is no terminal, and so is each tenth
     * @param line all there is to say on one line
     * @param attended whether a node works on it
     */
    record Glance(double share, String stage, String line, boolean attended) {}

    /** What is watched. */
    interface Followed<T> {
        Glance at(T work);
    }

    /**
     * Shows how it goes on, beside the output, until it is as wanted.
     *
     * @param laterBy the command that shows how it goes on when this is interrupted
     */
    <T> T follow(Supplier<T> read, Followed<T> followed, Predicate<T> until, String laterBy) {
        long unattendedSince = System.nanoTime();
        while (true) {
            T now = read.get();
            Glance glance = followed.at(now);
            show(glance);
            if (until.test(now)) {
                endLine();
                return now;
            }
            if (glance.attended()) {
                unattendedSince = System.nanoTime();
            } else if (System.nanoTime() - unattendedSince > PATIENCE_WITH_SERVERS) {
                workHere();
            }
            LockSupport.parkNanos(INTERVAL);
            if (Thread.interrupted()) {
                throw new OperatorError("interrupted; " + laterBy + " shows how it goes on");
            }
        }
    }

    /** Starts the application here, unless it was. */
    void workHere() {
        if (application != null) {
            return;
        }
        endLine();
        err.println("no server works on it, so it is done here");
        err.flush();
        application = Application.withoutWeb(database);
    }

    private void show(Glance glance) {
        int filled = (int) (Math.clamp(glance.share(), 0, 1) * BAR);
        String line = "[%s%s] %s".formatted("#".repeat(filled), ".".repeat(BAR - filled), glance.line());
        String mark = terminal ? line : glance.stage() + (int) (glance.share() * 10);
        if (mark.equals(shown)) {
            return;
        }
        if (terminal) {
            err.print("\r" + line + " ".repeat(Math.max(0, shown.length() - line.length())));
        } else {
            err.println(line);
        }
        err.flush();
        shown = mark;
    }

    private void endLine() {
        if (terminal && !shown.isEmpty()) {
            err.println();
        }
        shown = "";
        err.flush();
    }

    @Override
    public void close() {
        if (application != null) {
            application.close();
        }
    }
}
