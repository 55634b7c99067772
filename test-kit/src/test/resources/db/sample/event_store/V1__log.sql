-- New table: no lock on anything that exists.
CREATE TABLE event_store.entry (
    position bigint PRIMARY KEY,
    body text NOT NULL
);
