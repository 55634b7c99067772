package dev.varve.app.cli;

import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.projection.Operator;
import dev.varve.projection.replay.Bound;
import dev.varve.projection.replay.Replay;
import dev.varve.projection.replay.ReplayRefused;
import dev.varve.projection.replay.ReplayRequest;
import dev.varve.projection.replay.Replays;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Applies ranges of the log again to living rows: by a server that runs on the database, or here when none does. */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(name = "replay", description = "Apply a range of the log again to a projection's rows.")
final class ReplayCommand implements Runnable {

    private static final int SHOWN = 10;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "As JSON, for programs.")
    private boolean json;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            scope = ScopeType.INHERIT,
            description = "Why; kept in the record of operators' actions.")
    private @Nullable String reason;

    @Override
    public void run() {
        throw MissingSubcommand.of(spec);
    }

    @Command(name = "start", description = "Replay a range and show how it goes on.")
    int start(
            @Parameters(paramLabel = "PROJECTION") String projection,
            @Option(names = "--from", description = "'beginning', a position or a time.") @Nullable String from,
            @Option(names = "--to", description = "'now', a position or a time.") @Nullable String to,
            @Option(
                            names = "--type",
                            paramLabel = "NAME",
                            description = "Only events stored under this name; repeat for more.")
                    @Nullable List<String> types,
            @Option(names = "--stream", paramLabel = "ID", description = "Only events of this stream; repeat for more.")
                    @Nullable List<String> streams,
            @Option(names = "--max-rate", paramLabel = "N", description = "Events a second at most.") @Nullable Integer maxRate,
            @Option(names = "--dry-run", description = "Count the rows that would change, and change nothing.")
                    boolean dryRun,
            @Option(names = "--no-wait", description = "Ask for it and end; a server has to be there to do it.")
                    boolean noWait) {
        MaxRate.check(maxRate, spec);
        return with((replays, database) -> {
            Replay started = replays.start(
                    new ReplayRequest(
                            projection,
                            Bound.from(from),
                            Bound.to(to),
                            types == null ? List.of() : types,
                            streams == null ? List.of() : streams,
                            maxRate,
                            dryRun),
                    operator());
            return noWait ? print(started) : follow(replays, started.id(), database);
        });
    }

    @Command(name = "list", description = "The newest replays.")
    int list() {
        return with((replays, database) -> {
            List<Replay> newest = replays.newest(SHOWN);
            if (json) {
                return Facts.print(newest, out());
            }
            newest.forEach(this::print);
            if (newest.isEmpty()) {
                out().println("nothing was replayed yet");
                out().flush();
            }
            return ExitCode.OK;
        });
    }

    @Command(name = "show", description = "One replay.")
    int show(@Parameters(paramLabel = "ID") long id) {
        return on(replays -> replays.get(id));
    }

    @Command(name = "pause", description = "Hold a replay where it is.")
    int pause(@Parameters(paramLabel = "ID") long id) {
        return on(replays -> replays.pause(id, operator()));
    }

    @Command(name = "resume", description = "Go on with a replay that is paused, and show it.")
    int resume(@Parameters(paramLabel = "ID") long id) {
        return with((replays, database) ->
                follow(replays, replays.resume(id, operator()).id(), database));
    }

    @Command(name = "cancel", description = "End a replay; says exactly what was done.")
    int cancel(@Parameters(paramLabel = "ID") long id) {
        return on(replays -> replays.cancel(id, operator()));
    }

    private int follow(Replays replays, long id, Database database) {
        try (Follower follower = new Follower(database, spec.commandLine())) {
            Replay ended = follower.follow(
                    () -> replays.get(id),
                    ReplayCommand::glance,
                    replay -> replay.over() || "paused".equals(replay.state()),
                    "./varve replay show " + id);
            print(ended);
            return "done".equals(ended.state()) ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private static Follower.Glance glance(Replay replay) {
        return new Follower.Glance(
                (double) replay.done() / replay.total(), replay.state(), line(replay), replay.node() != null);
    }

    private static String line(Replay replay) {
        return String.format(
                        Locale.ROOT,
                        "%s%s, %,d of %,d positions, %,d events, %,d rows changed",
                        replay.state(),
                        replay.dryRun() ? " (dry run)" : "",
                        replay.done(),
                        replay.total(),
                        replay.events(),
                        replay.rowsChanged())
                + (replay.eventsPerSecond() > 0 ? String.format(Locale.ROOT, ", %,d/s", replay.eventsPerSecond()) : "")
                + (replay.over() || replay.secondsLeft() == null ? "" : ", " + replay.secondsLeft() + " s left");
    }

    private int print(Replay replay) {
        if (json) {
            return Facts.print(replay, out());
        }
        out().printf(
                        Locale.ROOT,
                        "replay %d of %s, positions %d to %d, done up to %d: %s%n",
                        replay.id(),
                        replay.projection(),
                        replay.from(),
                        replay.to(),
                        replay.position(),
                        line(replay));
        if (replay.parked() + replay.failed() > 0) {
            out().printf(
                            "  left out: %d of parked sequences, %d that failed or came after one%n",
                            replay.parked(), replay.failed());
        }
        replay.errors().forEach(error -> out().println("  " + error));
        if (replay.error() != null) {
            out().println("  " + replay.error());
        }
        out().flush();
        return ExitCode.OK;
    }

    private int on(Function<Replays, Replay> action) {
        return with((replays, database) -> print(action.apply(replays)));
    }

    private int with(Action action) {
        try (Database database = options.open()) {
            return action.run(new Replays(database.dataSource()), database);
        } catch (ReplayRefused e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private Operator operator() {
        return new Operator(CliActor.name(), reason);
    }

    @FunctionalInterface
    private interface Action {
        int run(Replays replays, Database database);
    }
}
