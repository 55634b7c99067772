package dev.varve.eventstore.adoption;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The tables of an old store, found and with every column that is needed.
 *
 * @param snapshots that are to be taken over
 * @param leftSnapshots that are to stay behind; a table is in one of the two
 */
record OldTables(
        OldTable events,
        Optional<OldTable> snapshots,
        Optional<OldTable> leftSnapshots,
        Optional<OldTable> tokens,
        Optional<OldTable> deadLetters) {

    static final List<String> SNAPSHOT_COLUMNS = OldEvents.COLUMNS.subList(1, OldEvents.COLUMNS.size());

    static OldTables find(Connection connection, OldStore store) throws SQLException {
        OldTable events = OldTable.find(connection, store.schema(), store.eventsTable(), "domainevententry")
                .orElseThrow(() -> new AdoptionRefused(
                        "schema '%s' has no table domain_event_entry or DomainEventEntry; name it if it is called otherwise"
                                .formatted(store.schema())));
        Optional<OldTable> snapshots =
                OldTable.find(connection, store.schema(), store.snapshotsTable(), "snapshotevententry");
        Optional<OldTable> tokens = OldTable.find(connection, store.schema(), store.tokensTable(), "tokenentry");
        events.require(OldEvents.COLUMNS);
        snapshots.ifPresent(table -> table.require(SNAPSHOT_COLUMNS));
        tokens.ifPresent(table -> table.require(OldTokens.COLUMNS));
        return new OldTables(
                events,
                snapshots.filter(table -> store.withSnapshots()),
                snapshots.filter(table -> !store.withSnapshots()),
                tokens,
                OldTable.find(connection, store.schema(), null, "deadletterentry"));
    }
}
