package dev.varve.transit.command.gtfs;

import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.transit.command.ingestion.TestIngestion;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import picocli.CommandLine;

/** Runs an import as the command line does, against commands that are only remembered unless a log is given. */
final class GtfsCommandLine {

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

    final RememberedCommands log = new RememberedCommands();
    private final CommandDispatcher dispatcher;
    private final EventStorageEngine storage;
    private final Clock clock;
    private String out = "";
    private String err = "";

    GtfsCommandLine() {
        dispatcher = log;
        storage = new InMemoryEventStorageEngine();
        clock = CLOCK;
    }

    /** Against a log that is read as well. */
    GtfsCommandLine(CommandDispatcher dispatcher, EventStorageEngine storage) {
        this(dispatcher, storage, CLOCK);
    }

    GtfsCommandLine(CommandDispatcher dispatcher, EventStorageEngine storage, Clock clock) {
        this.dispatcher = dispatcher;
        this.storage = storage;
        this.clock = clock;
    }

    int run(String... arguments) {
        return run(new ImportGtfsCommand(TestIngestion.runner(dispatcher, clock), clock), arguments);
    }

    int runRealtime(String... arguments) {
        return run(new ImportGtfsRealtimeCommand(TestIngestion.runner(dispatcher, clock), storage, clock), arguments);
    }

    private int run(Object command, String... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        int exit = new CommandLine(command)
                .setOut(new PrintWriter(outText))
                .setErr(new PrintWriter(errText))
                .execute(arguments);
        out = outText.toString();
        err = errText.toString();
        return exit;
    }

    String out() {
        return out;
    }

    String err() {
        return err;
    }

    /** A line of the report, its numbers only: read, recorded, unchanged, rejected. */
    String counts(String kind) {
        return out.lines()
                .filter(line -> line.startsWith(kind + " "))
                .findFirst()
                .map(line ->
                        line.substring(kind.length()).strip().replace(",", "").replaceAll(" +", " "))
                .orElse("none");
    }
}
