package dev.varve.transit.command.gtfs;

import dev.varve.transit.command.ingestion.TestIngestion;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import picocli.CommandLine;

/** Runs an import as the command line does, against commands that are only remembered. */
final class GtfsCommandLine {

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

    final RememberedCommands log = new RememberedCommands();
    private String out = "";
    private String err = "";

    int run(String... arguments) {
        return run(new ImportGtfsCommand(TestIngestion.runner(log, CLOCK), CLOCK), arguments);
    }

    int runRealtime(String... arguments) {
        return run(new ImportGtfsRealtimeCommand(TestIngestion.runner(log, CLOCK), CLOCK), arguments);
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
