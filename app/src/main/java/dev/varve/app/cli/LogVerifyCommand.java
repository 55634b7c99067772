package dev.varve.app.cli;

import dev.varve.app.database.Database;
import dev.varve.eventstore.verification.Finding;
import dev.varve.eventstore.verification.LogVerification;
import dev.varve.eventstore.verification.VerifiedLog;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Proves that the log is whole. */
@Command(
        name = "verify",
        description = "Prove the log dense, ordered, unchanged, and in agreement with the tables beside it.",
        footer = {
            "",
            "Reads while the log is written. Exit code 1 if anything is wrong; what and where is listed.",
            "The digest of a range is the same for every copy of it: keep it elsewhere, and give it to --expect."
        })
final class LogVerifyCommand implements Callable<Integer> {

    private static final long NANOS_BETWEEN_REPORTS = Duration.ofSeconds(2).toNanos();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @Option(names = "--from", paramLabel = "POSITION", description = "First position (default: the first there is).")
    private long from = 1;

    @Option(names = "--to", paramLabel = "POSITION", description = "Last position (default: the last there is).")
    private long to = Long.MAX_VALUE;

    @Option(names = "--expect", paramLabel = "DIGEST", description = "Fail if the events have another digest.")
    private @Nullable String expected;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "4",
            description = "Pieces looked at at the same time (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--json", description = "As one JSON object, for programs.")
    private boolean json;

    @Override
    public Integer call() throws SQLException {
        if (from < 1 || to < from || connections < 1 || connections > 32) {
            throw new ParameterException(
                    spec.commandLine(), "--from must be at least 1, --to not before it, --connections 1 to 32");
        }
        try (Database database = options.open()) {
            long started = System.nanoTime();
            VerifiedLog verified =
                    new LogVerification(database.dataSource(), connections).verify(from, to, progress(started));
            boolean asExpected = expected == null || expected.equalsIgnoreCase(verified.digest());
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(JsonMapper.shared().writeValueAsString(verified));
            } else {
                print(out, verified, System.nanoTime() - started);
            }
            out.flush();
            if (!asExpected) {
                spec.commandLine().getErr().println("varve: the digest is not the expected " + expected);
            }
            return verified.isWhole() && asExpected ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private LongConsumer progress(long started) {
        long[] reported = {started};
        return position -> {
            long now = System.nanoTime();
            if (now - reported[0] > NANOS_BETWEEN_REPORTS) {
                reported[0] = now;
                // Beside the output, so that a program reads the result alone.
                spec.commandLine().getErr().printf("verified to position %d%n", position);
                spec.commandLine().getErr().flush();
            }
        };
    }

    private static void print(PrintWriter out, VerifiedLog verified, long nanos) {
        out.printf("Positions    %d to %d, %d events%n", verified.from(), verified.to(), verified.events());
        out.printf("Digest       %s%n", verified.digest());
        out.printf(
                "Seals        %s%n",
                verified.sealedTo() == 0 ? "none yet" : "compared up to position " + verified.sealedTo());
        if (verified.messageDigest() != null) {
            out.printf("Messages     %d, digest %s%n", verified.messages(), verified.messageDigest());
        }
        for (Finding finding : verified.findings()) {
            out.printf(
                    "  at %-12d %-18s %s%n",
                    finding.position(),
                    finding.rule().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    finding.what());
        }
        if (verified.found() > verified.findings().size()) {
            out.printf("  and %d more%n", verified.found() - verified.findings().size());
        }
        double seconds = nanos / 1e9;
        out.printf(
                "%s in %.1f s%s%n",
                verified.isWhole() ? "The log is whole: verified" : verified.found() + " findings",
                seconds,
                verified.events() > 100_000 ? ", %,.0f events/s".formatted(verified.events() / seconds) : "");
    }
}
