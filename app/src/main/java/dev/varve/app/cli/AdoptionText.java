package dev.varve.app.cli;

import dev.varve.eventstore.adoption.AdoptionReport;
import dev.varve.eventstore.adoption.AdoptionReport.TokenReport;
import dev.varve.eventstore.adoption.Findings;
import dev.varve.eventstore.adoption.Findings.TypeCount;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Says in words what a takeover found and did. */
final class AdoptionText {

    private AdoptionText() {}

    static void print(PrintWriter out, Findings found) {
        out.printf(
                Locale.ROOT,
                "%,d events in %,d streams, %,d gaps closed, %,d snapshots, %,d tokens%n",
                found.events(),
                found.streams(),
                found.gaps(),
                found.snapshots(),
                found.tokens());
        for (TypeCount type : found.types()) {
            out.printf(
                    Locale.ROOT,
                    "  %,12d  %s%s%n",
                    type.events(),
                    type.oldName(),
                    type.named() ? " -> " + type.storedAs() : " (name kept)");
        }
        note(
                out,
                found.streamsNotFromZero(),
                "streams begin after version 0; they load from there, or from their snapshot");
        note(out, found.streamsWithGaps(), "streams lack versions in between; they stay as they are");
        note(
                out,
                found.streamsOfSeveralTypes(),
                "streams have events of several aggregate types; each event keeps its own");
        note(out, found.emptyPayloads(), "events have a payload of no bytes; it stays so");
        note(out, found.snapshotsLeft(), "snapshots are left behind; aggregates are loaded from their events");
        note(out, found.deadLetters(), "dead letters are not taken over; let the old application process them first");
    }

    static void print(PrintWriter out, AdoptionReport report, Duration time) {
        print(out, report.found());
        for (TokenReport token : report.tokens()) {
            out.printf(
                    Locale.ROOT,
                    "  processor %s, segment %d: %s%n",
                    token.processor(),
                    token.segment(),
                    token.position() == null
                            ? token.token()
                            : String.format(Locale.ROOT, "after position %,d", token.position()));
        }
        if (report.resumedAfter() > 0) {
            out.printf(Locale.ROOT, "Went on after position %,d.%n", report.resumedAfter());
        }
        out.printf(Locale.ROOT, "Both sides hold the same, sha256 %s.%n", report.digest());
        out.printf(Locale.ROOT, "Taken over up to position %,d in %d s.%n", report.lastPosition(), time.toSeconds());
    }

    private static void note(PrintWriter out, long count, String what) {
        if (count > 0) {
            out.printf(Locale.ROOT, "  note: %,d %s%n", count, what);
        }
    }
}
