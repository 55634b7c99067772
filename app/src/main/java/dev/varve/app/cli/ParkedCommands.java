package dev.varve.app.cli;

import dev.varve.app.assembly.Application;
import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.projection.parked.ParkedCause;
import dev.varve.projection.parked.ParkedEvents;
import dev.varve.projection.parked.ParkedRefused;
import dev.varve.projection.parked.ParkedRetry;
import dev.varve.projection.parked.ParkedRetry.Retried;
import dev.varve.projection.parked.ParkedSequence;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Events that projections could not apply: shows them, tries them again, gives them up. */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(name = "parked", description = "Show, retry and skip events that projections could not apply.")
final class ParkedCommands implements Runnable {

    private static final int SHOWN = 1_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private ProjectionCommand parent;

    @Override
    public void run() {
        throw MissingSubcommand.of(spec);
    }

    @Command(name = "list", description = "What waits, oldest first.")
    int list(
            @Parameters(arity = "0..1", paramLabel = "NAME") @Nullable String name,
            @Option(names = "--by-cause", description = "Counted by cause.") boolean byCause) {
        try (Database database = parent.database()) {
            ParkedEvents parked = new ParkedEvents(database.dataSource());
            List<?> found = byCause ? parked.causes(name, SHOWN) : parked.list(name, SHOWN);
            if (parent.json()) {
                return print(found);
            }
            if (found.isEmpty()) {
                return print("nothing is parked");
            }
            for (Object one : found) {
                print(one instanceof ParkedSequence sequence ? line(sequence) : line((ParkedCause) one));
            }
            return ExitCode.OK;
        }
    }

    private static String line(ParkedSequence parked) {
        return String.format(
                Locale.ROOT,
                "%s sequence %s: %d events since %s; first %s at position %s (%s): %s %s",
                parked.projection(),
                parked.sequence(),
                parked.events(),
                parked.since(),
                parked.eventId(),
                parked.position(),
                parked.eventType(),
                parked.cause(),
                parked.where());
    }

    private static String line(ParkedCause cause) {
        return String.format(
                Locale.ROOT,
                "%s: %d events of %d sequences since %s: %s %s",
                cause.projection(),
                cause.events(),
                cause.sequences(),
                cause.since(),
                cause.cause(),
                cause.where());
    }

    @Command(name = "retry", description = "Apply what waits again, in order, by this program's code.")
    int retry(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--sequence", paramLabel = "ID", description = "Only this sequence.") @Nullable String sequence,
            @Option(names = "--event", paramLabel = "ID", description = "Only this event, the first of the sequence.")
                    @Nullable String event) {
        if (event != null && sequence == null) {
            throw new ParameterException(spec.commandLine(), "--event needs --sequence");
        }
        try (Database database = parent.database();
                ConfigurableApplicationContext application = Application.withoutWeb(database)) {
            ParkedRetry retry = application.getBean(ParkedRetry.class);
            Retried retried = sequence == null
                    ? retry.all(name, parent.operator())
                    : retry.sequence(name, sequence, event, parent.operator());
            print(
                    parent.json()
                            ? retried
                            : "%d applied, %d still wait".formatted(retried.applied(), retried.waiting()));
            return retried.waiting() == 0 || event != null ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (ParkedRefused e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    @Command(name = "skip", description = "Give up what waits of a sequence; the rows stay without it.")
    int skip(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--sequence", required = true, paramLabel = "ID", description = "Of this sequence.")
                    String sequence,
            @Option(names = "--event", paramLabel = "ID", description = "Only this event.") @Nullable String event) {
        String reason = parent.reason();
        if (reason == null || reason.isBlank()) {
            throw new ParameterException(spec.commandLine(), "--reason says why it is given up");
        }
        try (Database database = parent.database()) {
            int skipped = new ParkedEvents(database.dataSource()).skip(name, sequence, event, parent.operator());
            return print(parent.json() ? Map.of("skipped", skipped) : skipped + " skipped");
        } catch (ParkedRefused e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    private int print(Object fact) {
        spec.commandLine().getOut().println(parent.json() ? JsonMapper.shared().writeValueAsString(fact) : fact);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
