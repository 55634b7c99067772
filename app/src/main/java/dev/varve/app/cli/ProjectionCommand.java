package dev.varve.app.cli;

import dev.varve.app.admin.projections.ProjectionView;
import dev.varve.app.admin.rebuilds.RebuildView;
import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.projection.Operator;
import dev.varve.projection.parked.ParkedEvents;
import dev.varve.projection.rebuild.ProjectionStates;
import dev.varve.projection.rebuild.Rebuild;
import dev.varve.projection.rebuild.Rebuild.State;
import dev.varve.projection.rebuild.RebuildRefused;
import dev.varve.projection.rebuild.RebuildRequest;
import dev.varve.projection.rebuild.Rebuilds;
import dev.varve.projection.segments.ProjectionSegment;
import dev.varve.projection.segments.ProjectionSegments;
import dev.varve.projection.segments.SegmentsRefused;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Shows projections and rebuilds them: by a server that runs on the database, or here when none does. */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(
        name = "projection",
        subcommands = ParkedCommands.class,
        description = "Show projections, rebuild them beside, switch and undo.")
final class ProjectionCommand implements Runnable {

    private static final int SHOWN = 10;
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PATIENCE_WITH_APPLICATION = TimeUnit.SECONDS.toNanos(5);

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

    @Option(
            names = "--no-wait",
            scope = ScopeType.INHERIT,
            description = "Ask for it and end; a server has to be there to do it.")
    private boolean noWait;

    Database database() {
        return options.open();
    }

    boolean json() {
        return json;
    }

    @Nullable String reason() {
        return reason;
    }

    Operator operator() {
        return new Operator(CliActor.name(), reason);
    }

    @Override
    public void run() {
        throw MissingSubcommand.of(spec);
    }

    @Command(name = "list", description = "All projections: how far they are, and which code made their rows.")
    int list() {
        try (Database database = options.open()) {
            List<ProjectionView> projections = ProjectionView.of(
                    new ProjectionStates(database.dataSource()).read(),
                    new ParkedEvents(database.dataSource()).counts());
            if (json) {
                return Facts.print(projections, out());
            }
            out().printf(
                            "%-28s %12s %10s %8s %7s  %s%n",
                            "PROJECTION", "POSITION", "BEHIND", "SECONDS", "PARKED", "ROWS");
            for (ProjectionView projection : projections) {
                out().printf(
                                Locale.ROOT,
                                "%-28s %12d %10d %8.1f %7d  %s%n",
                                projection.projection(),
                                projection.position(),
                                projection.lagEvents(),
                                projection.lagSeconds(),
                                projection.parked(),
                                projection.changed()
                                        ? "of version %d; the code is version %d"
                                                .formatted(projection.version(), projection.codeVersion())
                                        : "of version " + projection.version());
            }
            out().flush();
            return ExitCode.OK;
        }
    }

    /**
     * What is known of rebuilds.
     *
     * @param leftovers tables that nobody needs; a server drops them within a minute
     */
    private record Status(List<RebuildView> rebuilds, List<String> leftovers) {}

    @Command(
            name = "status",
            description = "The newest rebuilds, or the latest of one projection, and tables left over.")
    int status(@Parameters(arity = "0..1", paramLabel = "NAME") @Nullable String name) {
        try (Database database = options.open()) {
            Rebuilds rebuilds = new Rebuilds(database.dataSource());
            List<Rebuild> shown = name == null ? rebuilds.newest(SHOWN) : List.of(latest(rebuilds, name, false));
            List<String> leftovers = rebuilds.leftovers();
            if (json) {
                return Facts.print(
                        new Status(shown.stream().map(RebuildView::of).toList(), leftovers), out());
            }
            shown.forEach(rebuild -> RebuildLines.print(rebuild, out()));
            if (shown.isEmpty()) {
                out().println("nothing was rebuilt yet");
            }
            leftovers.forEach(
                    table -> out().println("left over, dropped by the next server within a minute: " + table));
            out().flush();
            return ExitCode.OK;
        }
    }

    @Command(name = "rebuild", description = "Make read models anew beside the living ones, and switch.")
    int rebuild(
            @Parameters(arity = "1..*", paramLabel = "NAME", description = "Several are read in one scan of the log.")
                    List<String> names,
            @Option(
                            names = "--verify",
                            description = "Compare row by row before; a difference keeps it from switching.")
                    boolean verify,
            @Option(names = "--no-switch", description = "Wait for ./varve projection switch.") boolean noSwitch,
            @Option(names = "--max-rate", paramLabel = "N", description = "Events a second at most.") @Nullable Integer maxRate) {
        try (Database database = options.open();
                Follower follower = new Follower(database, spec.commandLine())) {
            Rebuild started = start(names, !noSwitch, verify, maxRate, follower, database);
            if (noWait) {
                return print(started);
            }
            Rebuild done = follow(
                    started.id(), rebuild -> !rebuild.state().building() || isReady(rebuild), follower, database);
            print(done);
            return done.state() == State.SWITCHED
                            || (noSwitch && isReady(done) && done.differences().isEmpty())
                    ? ExitCode.OK
                    : ExitCode.SOFTWARE;
        }
    }

    @Command(
            name = "verify",
            description =
                    "Make read models anew beside, compare them row by row with the living ones, drop them again.")
    int verify(@Parameters(arity = "1..*", paramLabel = "NAME") List<String> names) {
        try (Database database = options.open();
                Follower follower = new Follower(database, spec.commandLine())) {
            Rebuild started = start(names, false, true, null, follower, database);
            Rebuild compared = follow(
                    started.id(), rebuild -> !rebuild.state().building() || isReady(rebuild), follower, database);
            if (isReady(compared)) {
                new Rebuilds(database.dataSource()).cancel(compared.id(), operator());
                follow(compared.id(), rebuild -> !rebuild.state().building(), follower, database);
            }
            print(compared);
            if (compared.state() == State.READY && compared.differences().isEmpty() && !json) {
                out().println("no row differs");
                out().flush();
            }
            return compared.state() == State.READY && compared.differences().isEmpty()
                    ? ExitCode.OK
                    : ExitCode.SOFTWARE;
        }
    }

    @Command(name = "switch", description = "Let new tables that wait become the living ones.")
    int switchOver(@Parameters(paramLabel = "NAME") String name) {
        return ask(name, (rebuilds, id) -> rebuilds.switchOver(id, operator()), State.SWITCHED);
    }

    @Command(name = "undo", description = "Let the old tables, brought up to date, become the living ones again.")
    int undo(@Parameters(paramLabel = "NAME") String name) {
        return ask(name, (rebuilds, id) -> rebuilds.undo(id, operator()), State.UNDONE);
    }

    @Command(name = "pause", description = "Hold a rebuild where it is.")
    int pause(@Parameters(paramLabel = "NAME") String name) {
        return ask(name, (rebuilds, id) -> rebuilds.pause(id, operator()), null);
    }

    @Command(name = "resume", description = "Go on with a rebuild that is paused.")
    int resume(@Parameters(paramLabel = "NAME") String name) {
        return ask(name, (rebuilds, id) -> rebuilds.resume(id, operator()), State.SWITCHED);
    }

    @Command(name = "cancel", description = "Give a rebuild up and drop its tables.")
    int cancel(@Parameters(paramLabel = "NAME") String name) {
        return ask(name, (rebuilds, id) -> rebuilds.cancel(id, operator()), State.CANCELLED);
    }

    @Command(name = "segments", description = "The parts that a projection's work is cut into, and who works on them.")
    int segments(@Parameters(paramLabel = "NAME") String name) {
        return onSegments(segments -> segments.of(name));
    }

    @Command(
            name = "split",
            description = "Cut a segment into two, for more nodes or threads; it rests for some seconds.")
    int split(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--segment", paramLabel = "N", description = "Which (default: the largest).") @Nullable Integer segment) {
        return onSegments(segments -> segments.split(name, number(segment), operator()));
    }

    @Command(name = "merge", description = "Join a segment with its other half; both rest for some seconds.")
    int merge(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--segment", paramLabel = "N", description = "One of the two (default: the smallest).")
                    @Nullable Integer segment) {
        return onSegments(segments -> segments.merge(name, number(segment), operator()));
    }

    private static OptionalInt number(@Nullable Integer segment) {
        return segment == null ? OptionalInt.empty() : OptionalInt.of(segment);
    }

    private int onSegments(Function<ProjectionSegments, List<ProjectionSegment>> action) {
        try (Database database = options.open()) {
            List<ProjectionSegment> segments = action.apply(new ProjectionSegments(database.dataSource()));
            if (json) {
                return Facts.print(segments, out());
            }
            out().printf("%8s %8s %12s  %s%n", "SEGMENT", "SHARE", "POSITION", "NODE");
            for (ProjectionSegment segment : segments) {
                out().printf(
                                Locale.ROOT,
                                "%8d %7.2f%% %12d  %s%n",
                                segment.segment(),
                                segment.share() * 100,
                                segment.position(),
                                segment.node() == null ? "none" : segment.node());
            }
            out().flush();
            return ExitCode.OK;
        } catch (SegmentsRefused e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    /** Asks for a rebuild; if no server ever said which projections there are, the application says it. */
    private Rebuild start(
            List<String> names,
            boolean switchItself,
            boolean compare,
            @Nullable Integer maxRate,
            Follower follower,
            Database database) {
        MaxRate.check(maxRate, spec);
        Rebuilds rebuilds = new Rebuilds(database.dataSource());
        if (new ProjectionStates(database.dataSource()).read().isEmpty()) {
            follower.workHere();
            long deadline = System.nanoTime() + PATIENCE_WITH_APPLICATION;
            while (new ProjectionStates(database.dataSource()).read().isEmpty() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(INTERVAL);
            }
        }
        try {
            return rebuilds.start(new RebuildRequest(names, switchItself, compare, maxRate), operator());
        } catch (RebuildRefused e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    private static Rebuild follow(long id, Predicate<Rebuild> until, Follower follower, Database database) {
        Rebuilds rebuilds = new Rebuilds(database.dataSource());
        return follower.follow(
                () -> rebuilds.find(id).orElseThrow(() -> new OperatorError("rebuild " + id + " is gone")),
                RebuildLines::glance,
                until,
                "./varve projection status " + id);
    }

    /** Asks and waits until it is as wanted, or cannot become so any more. */
    private int ask(String name, BiFunction<Rebuilds, Long, Rebuild> asking, @Nullable State until) {
        try (Database database = options.open();
                Follower follower = new Follower(database, spec.commandLine())) {
            Rebuilds rebuilds = new Rebuilds(database.dataSource());
            Rebuild asked = asking.apply(rebuilds, latest(rebuilds, name, true).id());
            if (noWait || until == null) {
                return print(asked);
            }
            Rebuild done = follow(
                    asked.id(),
                    rebuild -> rebuild.state() == until
                            || rebuild.endedAt() != null
                            || (rebuild.wanted() == Rebuild.Wanted.RUN
                                    && (isReady(rebuild) || rebuild.state() == State.SWITCHED)),
                    follower,
                    database);
            print(done);
            return done.state() == until || isReady(done) ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (RebuildRefused e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    private static boolean isReady(Rebuild rebuild) {
        return rebuild.state() == State.READY && rebuild.wanted() == Rebuild.Wanted.RUN;
    }

    /** By its number, or the latest of a projection. */
    private static Rebuild latest(Rebuilds rebuilds, String name, boolean inForce) {
        Optional<Rebuild> found =
                name.matches("[0-9]{1,18}") ? rebuilds.find(Long.parseLong(name)) : rebuilds.latestOf(name, inForce);
        return found.orElseThrow(
                () -> new OperatorError("no rebuild of %s is %s; ./varve projection list shows all projections"
                        .formatted(name, inForce ? "under way or can be undone" : "known")));
    }

    private int print(Rebuild rebuild) {
        if (json) {
            return Facts.print(RebuildView.of(rebuild), out());
        }
        RebuildLines.print(rebuild, out());
        out().flush();
        return ExitCode.OK;
    }

    private PrintWriter out() {
        CommandLine commandLine = spec.commandLine();
        return commandLine.getOut();
    }
}
