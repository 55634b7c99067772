-- Loses nothing but the positions of snapshots: a moment's lock on their table.
DROP FUNCTION event_store.store_snapshots(text[], bigint[], text[], text[], text[], text[], bigint[], bytea[], bytea[], bigint[]);
DROP FUNCTION event_store.load_streams(text[], integer[]);
ALTER TABLE event_store.snapshot DROP COLUMN position;
