package dev.varve.app.cli;

import dev.varve.app.backup.BackupManifest;
import dev.varve.app.backup.Restoration;
import dev.varve.app.backup.Restoration.Restored;
import dev.varve.command.ingestion.Terminal;
import dev.varve.outbox.RestoredOutbox.Standing;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Brings a backup back. */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(
        name = "restore",
        description = "Bring a backup back into a new data directory, or into an empty database.",
        footer = {
            "",
            "Checksums are compared first, the log is proved afterwards and must be the one that the backup held.",
            "A backup of an embedded PostgreSQL goes into --data-dir, one by pg_dump there or to --database-url."
        })
final class RestoreCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @Parameters(index = "0", paramLabel = "FROM", description = "The folder of the backup: DIR/varve-...")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private Path from;

    @Option(
            names = "--pause-subscriptions",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Let subscriptions rest until 'outbox resume' (the default), because what was"
                    + " sent after the backup would be sent again.")
    private boolean pauseSubscriptions;

    @Option(names = "--json", description = "As one JSON object, for programs.")
    private boolean json;

    @Override
    public Integer call() {
        long started = System.nanoTime();
        BackupLine line = new BackupLine(spec.commandLine().getErr(), Terminal.isAttached());
        Restoration restoration = new Restoration(from, pauseSubscriptions, CliActor.name(), line);
        Restored restored;
        try {
            restored = options.isEmbedded()
                    ? restoration.intoDataDirectory(options.folder())
                    : restoration.intoDatabase(options::open);
        } finally {
            line.end();
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.shared()
                    .writeValueAsString(
                            Map.of("manifest", restored.manifest(), "subscriptions", restored.subscriptions())));
        } else {
            print(out, restored, System.nanoTime() - started);
        }
        out.flush();
        return ExitCode.OK;
    }

    private void print(PrintWriter out, Restored restored, long nanos) {
        BackupManifest manifest = restored.manifest();
        out.printf("Restored     the state of %s%n", manifest.takenAt());
        out.printf("Log          %s%n", BackupCommand.text(manifest.log()));
        out.printf("Verified: checksums and log are those of the backup, in %.1f s%n", nanos / 1e9);
        if (manifest.log() != null) {
            out.printf(
                    "Events after position %d are gone, and new ones will get their positions: a reader elsewhere that"
                            + " is further has to go back there.%n",
                    manifest.log().position());
        }
        for (Standing standing : restored.subscriptions()) {
            out.printf(
                    "Subscription %s is %s after message %d of %d; what comes then may have been sent already.%n",
                    standing.subscription(),
                    standing.paused() ? "paused" : "not paused",
                    standing.checkpoint(),
                    standing.checkpoint() + standing.waiting());
        }
        if (restored.subscriptions().stream().anyMatch(Standing::paused)) {
            out.println("Let each go on with: ./varve outbox resume NAME");
        }
        out.println("Keys and files of persons are in no backup: put their folders back before a node starts.");
    }
}
