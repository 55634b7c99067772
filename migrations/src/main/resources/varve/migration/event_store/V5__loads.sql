-- On a live table: adds a column with a constant default, with an exclusive lock of a moment on snapshots; nothing is rewritten.

ALTER TABLE event_store.snapshot ADD COLUMN position bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN event_store.snapshot.position IS
    'Position of the last event it holds, so that loading opens no partition before it; 0 where that is not known';
