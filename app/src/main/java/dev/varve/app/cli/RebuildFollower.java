package dev.varve.app.cli;

import dev.varve.app.assembly.Application;
import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.migrations.Migrations;
import dev.varve.projection.rebuild.Operator;
import dev.varve.projection.rebuild.Rebuild;
import dev.varve.projection.rebuild.RebuildRefused;
import dev.varve.projection.rebuild.RebuildRefused.Reason;
import dev.varve.projection.rebuild.RebuildRequest;
import dev.varve.projection.rebuild.Rebuilds;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine;

/**
 * Watches a rebuild on the terminal. The work is done by a server; where none takes it up within some seconds, the
 * application is started here, without its web server, and does it.
 */
final class RebuildFollower implements AutoCloseable {

    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long PATIENCE_WITH_SERVERS = TimeUnit.SECONDS.toNanos(3);

    private static final long PATIENCE_WITH_APPLICATION = TimeUnit.SECONDS.toNanos(5);

    private final Database database;
    private final Rebuilds rebuilds;
    private final PrintWriter err;
    private final boolean terminal = Terminal.isAttached();
    private @Nullable ConfigurableApplicationContext application;
    private String shown = "";

    RebuildFollower(Database database, CommandLine commandLine) {
        this.database = database;
        this.rebuilds = new Rebuilds(database.dataSource());
        this.err = commandLine.getErr();
    }

    /** Asks for a rebuild; if no server ever said which projections there are, the application says it. */
    Rebuild start(RebuildRequest request, Operator operator) {
        new Migrations(database.dataSource()).up();
        try {
            return rebuilds.start(request, operator);
        } catch (RebuildRefused e) {
            if (e.reason() != Reason.UNKNOWN || application != null) {
                throw new OperatorError(String.valueOf(e.getMessage()), e);
            }
        }
        startHere();
        long deadline = System.nanoTime() + PATIENCE_WITH_APPLICATION;
        while (true) {
            try {
                return rebuilds.start(request, operator);
            } catch (RebuildRefused e) {
                if (e.reason() != Reason.UNKNOWN || System.nanoTime() > deadline) {
                    throw new OperatorError(String.valueOf(e.getMessage()), e);
                }
                LockSupport.parkNanos(INTERVAL);
            }
        }
    }

    /** Shows how it goes on, beside the output, until it is as wanted. */
    Rebuild follow(long id, Predicate<Rebuild> until) {
        long unattendedSince = System.nanoTime();
        while (true) {
            Rebuild now = rebuilds.find(id).orElseThrow(() -> new OperatorError("rebuild " + id + " is gone"));
            if (until.test(now)) {
                show(now);
                endLine();
                return now;
            }
            if (now.node() != null) {
                unattendedSince = System.nanoTime();
            } else if (application == null && System.nanoTime() - unattendedSince > PATIENCE_WITH_SERVERS) {
                startHere();
            }
            show(now);
            LockSupport.parkNanos(INTERVAL);
            if (Thread.interrupted()) {
                throw new OperatorError("interrupted; ./varve projection status shows how it goes on");
            }
        }
    }

    private void startHere() {
        endLine();
        err.println("no server works on it, so it is done here");
        err.flush();
        application = Application.withoutWeb(database);
    }

    private void show(Rebuild rebuild) {
        String line = terminal ? RebuildLines.bar(rebuild) : rebuild.state().word() + " " + tenths(rebuild) + " %";
        if (line.equals(shown)) {
            return;
        }
        if (terminal) {
            err.print("\r" + line + " ".repeat(Math.max(0, shown.length() - line.length())));
        } else {
            err.println(RebuildLines.bar(rebuild));
        }
        err.flush();
        shown = line;
    }

    private static int tenths(Rebuild rebuild) {
        return ((int) (rebuild.share() * 10)) * 10;
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
