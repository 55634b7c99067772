-- Loses nothing but the positions of snapshots: a moment's lock on their table.
ALTER TABLE event_store.snapshot DROP COLUMN position;
