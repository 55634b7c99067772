package dev.varve.app.cli;

import dev.varve.app.backup.BackupManifest;
import dev.varve.app.backup.BackupManifest.LogContent;
import dev.varve.app.backup.Backups;
import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.app.postgres.EmbeddedPostgres;
import dev.varve.command.ingestion.Terminal;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Takes a backup that is proved before it has a name. */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(
        name = "backup",
        description = "Copy the database while it is written to, and prove the copy.",
        footer = {
            "",
            "Each backup is a folder of its own: varve-<time in UTC>. It holds what had happened up to one position of",
            "the log. Before it gets its name it was brought back to life beside, and its log was found whole.",
            "An embedded PostgreSQL is copied by a base backup, another one by pg_dump, which must be here then.",
            "Keys and files of persons are in no backup. With the keys in it, erasing a person would not reach it;",
            "the files are sealed under them, and are copied from their folder, after the backup."
        })
final class BackupCommand implements Callable<Integer> {

    /** What has copies of its own, by the settings that name its folders. */
    private static final List<String> NOT_INCLUDED =
            List.of("varve.personal-data.key-folder", "varve.personal-files.folder");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @Option(
            names = "--to",
            paramLabel = "DIR",
            required = true,
            description = "The folder of backups; made if it is not there.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private Path to;

    @Option(
            names = "--keep",
            paramLabel = "N",
            description = "Then remove the oldest backups of this log in DIR, so that N are left.")
    private @Nullable Integer keep;

    @Option(names = "--json", description = "As one JSON object, for programs.")
    private boolean json;

    @Override
    public Integer call() {
        if (keep != null && keep < 1) {
            throw new ParameterException(spec.commandLine(), "--keep must be at least 1, not " + keep);
        }
        if (options.isEmbedded() && !EmbeddedPostgres.existsIn(options.folder())) {
            throw new OperatorError("there is no database in %s: name its folder with --data-dir, or another one's"
                            .formatted(options.folder().toAbsolutePath().normalize())
                    + " address with --database-url");
        }
        try (Database database = options.open()) {
            long started = System.nanoTime();
            BackupLine line = new BackupLine(spec.commandLine().getErr(), Terminal.isAttached());
            Backups backups = new Backups(to, Clock.systemUTC(), line);
            Backups.Taken taken;
            try {
                taken = backups.take(database);
            } finally {
                line.end();
            }
            long nanos = System.nanoTime() - started;
            List<Path> removed = keep == null ? List.of() : backups.keep(taken, keep);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(JsonMapper.shared()
                        .writeValueAsString(Map.of(
                                "folder", taken.folder().toString(),
                                "seconds", nanos / 1e9,
                                "removed", removed.stream().map(Path::toString).toList(),
                                "notIncluded", NOT_INCLUDED,
                                "manifest", taken.manifest())));
            } else {
                print(out, taken, nanos);
                removed.forEach(old -> out.printf("Removed      %s%n", old));
            }
            out.flush();
            return ExitCode.OK;
        }
    }

    private static void print(PrintWriter out, Backups.Taken taken, long nanos) {
        BackupManifest manifest = taken.manifest();
        out.printf("Backup       %s%n", taken.folder());
        out.printf("Content      %,d MB, PostgreSQL %s%n", manifest.sizeOfFiles() >> 20, manifest.postgres());
        out.printf("Log          %s%n", text(manifest.log()));
        out.printf("Verified: brought back beside, and the log is whole, in %.1f s%n", nanos / 1e9);
        out.printf("Not in it: keys and files of persons, %s%n", String.join(", ", NOT_INCLUDED));
    }

    static String text(@Nullable LogContent log) {
        return log == null
                ? "none"
                : "positions %d to %d, %d events, digest %s"
                        .formatted(log.from(), log.position(), log.events(), log.digest());
    }
}
