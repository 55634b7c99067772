package dev.varve.app.cli;

import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.eventstore.maintenance.ArchiveManifest;
import dev.varve.eventstore.maintenance.ArchiveRefused;
import dev.varve.eventstore.maintenance.ArchivedEvents;
import dev.varve.eventstore.maintenance.LogArchive;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Moves old partitions of the log into files, and back. */
@Command(
        name = "archive",
        description = "Move the oldest partitions of the log into files, put one back, or print one.",
        footer = {
            "",
            "A partition is written to DIR, read back, compared, detached and dropped, while the log is written.",
            "Run it again if it was interrupted: it goes on where it was."
        })
final class LogArchiveCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private Task task;

    /** One of three. */
    private static final class Task {
        @Option(
                names = "--before",
                paramLabel = "POSITION",
                description = "Archive the partitions that lie wholly before this position.")
        private @Nullable Long before;

        @Option(names = "--attach", paramLabel = "FILE", description = "Put back what this manifest (.json) describes.")
        private @Nullable Path attach;

        @Option(names = "--cat", paramLabel = "FILE", description = "Print its events, one JSON object a line.")
        private @Nullable Path cat;
    }

    @Option(
            names = "--to",
            paramLabel = "DIR",
            defaultValue = "archive",
            description = "Where the files go (default: ./${DEFAULT-VALUE}).")
    private Path folder = Path.of("archive");

    @Option(
            names = "--close-streams",
            description = "Accept that streams can be neither loaded nor continued until their partition is back.")
    private boolean closeStreams;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept with the record of the action.")
    private @Nullable String reason;

    @Override
    public Integer call() throws SQLException, IOException {
        try {
            PrintWriter out = spec.commandLine().getOut();
            if (task.cat != null) {
                cat(task.cat, out);
            } else {
                change(out);
            }
            out.flush();
            return ExitCode.OK;
        } catch (ArchiveRefused e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    private void change(PrintWriter out) throws SQLException, IOException {
        String actor = CliActor.name();
        try (Database database = options.open()) {
            if (task.attach != null) {
                Path manifest = task.attach.toAbsolutePath();
                ArchiveManifest attached = new LogArchive(database.dataSource(), folderOf(manifest))
                        .attach(manifest.getFileName().toString(), actor, reason);
                out.printf("Attached positions %d to %d.%n", attached.from(), attached.to());
            } else if (task.before != null) {
                List<Path> archived =
                        new LogArchive(database.dataSource(), folder).archive(task.before, closeStreams, actor, reason);
                archived.forEach(manifest -> out.printf("Archived %s%n", manifest));
                out.println(
                        archived.isEmpty()
                                ? "0 archived: no full partition lies wholly before position %d, see ./varve log partitions."
                                        .formatted(task.before)
                                : archived.size() + " archived.");
            }
        }
    }

    private static void cat(Path manifest, PrintWriter out) throws IOException {
        Path data = folderOf(manifest.toAbsolutePath())
                .resolve(ArchiveManifest.read(manifest).data());
        ArchivedEvents.forEach(data, event -> out.println(JsonMapper.shared().writeValueAsString(event)));
    }

    private static Path folderOf(Path file) {
        Path folder = file.getParent();
        return folder == null ? Path.of("/") : folder;
    }
}
