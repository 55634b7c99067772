package dev.varve.eventstore.adoption;

import org.jspecify.annotations.Nullable;

/**
 * Where the old store's tables are. Names that are null are found: in the schema, whether written as Axon's JDBC schema
 * writes them ({@code DomainEventEntry}) or as JPA does ({@code domain_event_entry}).
 *
 * @param schema in which all of them are
 * @param withSnapshots whether snapshots are taken over; left behind, aggregates are loaded from their events
 */
public record OldStore(
        String schema,
        @Nullable String eventsTable,
        @Nullable String snapshotsTable,
        @Nullable String tokensTable,
        boolean withSnapshots) {

    /** Axon's own names, in a schema. */
    public static OldStore in(String schema) {
        return new OldStore(schema, null, null, null, true);
    }

    /** The same without its snapshots, for those in a form that cannot be taken over. */
    public OldStore withoutSnapshots() {
        return new OldStore(schema, eventsTable, snapshotsTable, tokensTable, false);
    }
}
