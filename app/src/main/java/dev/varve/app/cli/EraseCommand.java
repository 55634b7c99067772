package dev.varve.app.cli;

import dev.varve.app.database.Database;
import dev.varve.app.erasure.ErasureReport;
import dev.varve.app.erasure.Erasures;
import dev.varve.app.operator.OperatorError;
import dev.varve.app.personal.PersonalKeys;
import dev.varve.personal.KeyFolderException;
import dev.varve.personal.PersonalData;
import dev.varve.personal.UnknownSubjectException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
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

/** Erases a person; works whether or not a server runs, and one that runs sees it at once. */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(
        name = "erase",
        description = "Erase a person for good: destroy their key, remove their files, say what that covered.",
        footer = {
            "",
            "  ./varve erase --kind patient --reason \"request of 3 May\" --yes < file-with-the-patient-id",
            "",
            "Without --subject the identifier is read from standard input, where neither the shell nor ps keeps it.",
            "May be run again. Exit code 1 if nothing was ever recorded about that person."
        })
final class EraseCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(30);

    @Mixin
    private final DatabaseOptions database = new DatabaseOptions();

    @Option(
            names = "--kind",
            required = true,
            paramLabel = "KIND",
            description = "What the identifier identifies, such as patient.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private String kind;

    @Option(names = "--subject", paramLabel = "ID", description = "The identifier, if it need not stay secret here.")
    private @Nullable String identifier;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why; kept for ever, so it must name nobody.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private String reason;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(names = "--json", description = "As JSON, for programs.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() throws SQLException, IOException {
        if (reason.isBlank()) {
            throw new ParameterException(spec.commandLine(), "--reason must say why");
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        String person = identifier == null ? line(in, "Identifier of the %s to erase: ".formatted(kind)) : identifier;
        if (person.isBlank()) {
            throw new ParameterException(
                    spec.commandLine(), "the identifier is missing: --subject, or a line of standard input");
        }
        if (!yes && !"yes".equals(line(in, "There is no way back. Type yes to erase: "))) {
            throw new OperatorError("nothing was done; --yes erases without asking");
        }
        try (Database open = database.openMigrated()) {
            PersonalData personalData = PersonalKeys.open(open);
            Erasures erasures = new Erasures(
                    open.dataSource(),
                    personalData,
                    PersonalKeys.files(open, personalData, Clock.systemUTC()),
                    PATIENCE);
            print(erasures.erase(erasures.subject(kind, person), CliActor.name(), reason));
            return ExitCode.OK;
        } catch (UnknownSubjectException | KeyFolderException e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    private String line(BufferedReader in, String question) throws IOException {
        spec.commandLine().getErr().print(question);
        spec.commandLine().getErr().flush();
        String line = in.readLine();
        return line == null ? "" : line.strip();
    }

    private void print(ErasureReport report) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(report));
            out.flush();
            return;
        }
        out.println(
                report.again() ? "Was erased before; what came since is gone, too." : "Erased. The key is destroyed.");
        out.println("Subject      " + report.subject());
        out.println("Unreadable   %,d streams".formatted(report.streams()));
        report.tables().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(table ->
                        out.println("             %-36s %,10d rows".formatted(table.getKey(), table.getValue())));
        report.notCounted().forEach(table -> out.println("             %-36s not counted".formatted(table)));
        out.println("Removed      %,d files, %,d bytes; %,d kept answers"
                .formatted(report.files().files(), report.files().bytes(), report.answersRemoved()));
        out.println("Not covered");
        report.notCovered().forEach(what -> out.println("  - " + what));
        out.flush();
    }
}
