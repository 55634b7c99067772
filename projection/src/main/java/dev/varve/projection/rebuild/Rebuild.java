package dev.varve.projection.rebuild;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How a rebuild stands, as its row in the database says.
 *
 * @param wanted what an operator last asked for
 * @param switchItself whether it switches when it is ready, or waits to be told
 * @param compare whether rows are compared with the living ones before the switch
 * @param maxRate events a second at most; null for as many as there can be
 * @param position the new tables hold every event up to here, durably
 * @param scanned how far the log was read
 * @param target the end of the log as it was last seen
 * @param events how many events it wanted so far
 * @param rate events a second, lately
 * @param differences rows that differ from the living ones, by table, key and columns
 * @param node the node that works on it; null when none does
 * @param keptUntil until when it can be undone
 */
public record Rebuild(
        long id,
        State state,
        Wanted wanted,
        List<Part> parts,
        boolean switchItself,
        boolean compare,
        @Nullable Integer maxRate,
        long position,
        long scanned,
        long target,
        long events,
        long rate,
        List<String> differences,
        @Nullable String error,
        @Nullable String node,
        String askedBy,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant switchedAt,
        @Nullable Instant keptUntil,
        @Nullable Instant endedAt) {

    public Rebuild {
        parts = List.copyOf(parts);
        differences = List.copyOf(differences);
    }

    public List<String> projections() {
        return parts.stream().map(Part::projection).toList();
    }

    /** Of the log, from 0 to 1. */
    public double share() {
        return target == 0 ? 0 : Math.min(1, (double) scanned / target);
    }

    /** Seconds until the log is read, if it goes on as it did; empty while that is not known or of no interest. */
    public OptionalLong secondsLeft() {
        return state == State.FILLING && rate > 0 && scanned > 0
                ? OptionalLong.of(Math.round((double) events / scanned * (target - scanned) / rate))
                : OptionalLong.empty();
    }

    String newSuffix() {
        return "__new_" + id;
    }

    String oldSuffix() {
        return "__old_" + id;
    }

    /**
     * One of the projections that are rebuilt together.
     *
     * @param version of the code that makes its rows
     * @param oldVersion of the code that made the rows that were put aside
     * @param oldPosition the tables put aside hold every event up to here
     */
    public record Part(
            String projection,
            int version,
            List<String> tables,
            @Nullable Integer oldVersion,
            @Nullable Long oldPosition) {
        public Part {
            tables = List.copyOf(tables);
        }
    }

    /** Where it is on its way. */
    public enum State {
        /** New tables are filled from the log. */
        FILLING,
        /** Indexes and constraints are made. */
        INDEXING,
        /** What was recorded meanwhile is applied. */
        CATCHING_UP,
        /** Rows are compared with the living ones. */
        COMPARING,
        /** Everything is there but the word to switch. */
        READY,
        /** The new tables are the living ones; the old ones are kept for an undo. */
        SWITCHED,
        /** The old tables are the living ones again. */
        UNDONE,
        /** It switched, and the old tables are gone. */
        RETIRED,
        CANCELLED,
        FAILED;

        /** As it is stored and shown. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static State of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
        }

        /** Whether the tables beside are being made or wait. */
        public boolean building() {
            return switch (this) {
                case FILLING, INDEXING, CATCHING_UP, COMPARING, READY -> true;
                case SWITCHED, UNDONE, RETIRED, CANCELLED, FAILED -> false;
            };
        }
    }

    /** What the operator last asked for. */
    public enum Wanted {
        RUN,
        PAUSE,
        SWITCH,
        UNDO,
        CANCEL;

        /** As it is stored and shown. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Wanted of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }
}
