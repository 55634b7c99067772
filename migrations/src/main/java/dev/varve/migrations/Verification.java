package dev.varve.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Compares living schemas with what the migrations make of nothing, in a scratch database beside.
 *
 * <p>That also recognises a schema whose history is unknown: it is the version that it equals, not the one that somebody
 * believes.
 */
public final class Verification {

    private final PGSimpleDataSource living;
    private final MigrationFiles files;

    public Verification(PGSimpleDataSource living) {
        this(living, new MigrationFiles(Migrations.LOCATION));
    }

    Verification(PGSimpleDataSource living, MigrationFiles files) {
        this.living = living;
        this.files = files;
    }

    /**
     * What one schema is.
     *
     * @param version the version it is at or, if it has no history, equals; 0 if it is none
     * @param drift what differs from that version or, if it equals none, from the nearest
     */
    public record Finding(String schema, State state, int version, List<Drift> drift) {
        public Finding {
            drift = List.copyOf(drift);
        }

        public boolean clean() {
            return state == State.ABSENT || (state == State.VERSIONED && drift.isEmpty());
        }
    }

    public enum State {
        /** There is no such schema yet. */
        ABSENT,
        /** It has a history, and was compared with the version that the history names. */
        VERSIONED,
        /** It has objects and no history; a baseline can be set if it equals a version. */
        UNVERSIONED
    }

    /** Looks at every schema; changes nothing in the living database. */
    public List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        try (ScratchDatabase scratch = ScratchDatabase.beside(living)) {
            for (String schema : files.schemas()) {
                findings.add(look(scratch, schema));
            }
        } catch (SQLException e) {
            throw new MigrationFailed("the schemas could not be compared: " + e.getMessage(), e);
        }
        return List.copyOf(findings);
    }

    /**
     * Gives a history to each schema that has none and equals one of its versions exactly.
     *
     * @return what was found before; those that are unversioned and without drift have a history now
     */
    public List<Finding> baseline() {
        List<Finding> findings = new ArrayList<>();
        try (MigrationLock lock = MigrationLock.take(living);
                ScratchDatabase scratch = ScratchDatabase.beside(living)) {
            for (String schema : files.schemas()) {
                Finding finding = look(scratch, schema);
                if (finding.state() == State.UNVERSIONED && finding.drift().isEmpty()) {
                    try (Connection made = scratch.dataSource().getConnection()) {
                        History.copy(made, lock.connection(), schema, finding.version());
                    }
                }
                findings.add(finding);
            }
        } catch (SQLException e) {
            throw new MigrationFailed("no baseline could be set: " + e.getMessage(), e);
        }
        return List.copyOf(findings);
    }

    private Finding look(ScratchDatabase scratch, String schema) throws SQLException {
        SortedMap<String, String> actual;
        SortedMap<Integer, String> versions;
        boolean versioned;
        try (Connection connection = living.getConnection()) {
            actual = Catalog.of(connection, schema);
            versioned = History.exists(connection, schema);
            versions = History.versions(connection, schema);
        }
        if (actual.isEmpty()) {
            return new Finding(schema, State.ABSENT, 0, List.of());
        }
        if (versioned) {
            int version = versions.isEmpty() ? 0 : versions.lastKey();
            files.requireKnown(schema, version);
            Map<String, String> expected =
                    version == 0 ? Map.of("schema " + schema, "") : make(scratch, schema, version);
            return new Finding(
                    schema, State.VERSIONED, version, withoutPending(schema, Drift.between(expected, actual)));
        }
        return recognise(scratch, schema, actual);
    }

    /** A function whose file is still to run, because its text is new or a migration was cut off before it, is not drift. */
    private List<Drift> withoutPending(String schema, List<Drift> drift) {
        if (drift.isEmpty()) {
            return drift;
        }
        List<String> pending = new Migrations(living, Timeouts.DEFAULT, files)
                .status(schema).pending().stream()
                        .filter(step -> step.version() == 0)
                        .map(step -> "function %s.%s(".formatted(schema, step.name()))
                        .toList();
        return drift.stream()
                .filter(one -> pending.stream().noneMatch(one.object()::contains))
                .toList();
    }

    private Finding recognise(ScratchDatabase scratch, String schema, SortedMap<String, String> actual)
            throws SQLException {
        int newest = files.pairs(schema).size();
        Finding nearest = null;
        for (int version = 1; version <= newest; version++) {
            List<Drift> drift = Drift.between(make(scratch, schema, version), actual);
            if (nearest == null || drift.size() <= nearest.drift().size()) {
                nearest = new Finding(schema, State.UNVERSIONED, version, drift);
            }
        }
        return nearest == null ? new Finding(schema, State.UNVERSIONED, 0, List.of()) : nearest;
    }

    private SortedMap<String, String> make(ScratchDatabase scratch, String schema, int version) throws SQLException {
        new Migrations(scratch.dataSource(), Timeouts.DEFAULT, files).to(schema, version, RowLoss.ALLOWED);
        try (Connection connection = scratch.dataSource().getConnection()) {
            return new TreeMap<>(Catalog.of(connection, schema));
        }
    }
}
