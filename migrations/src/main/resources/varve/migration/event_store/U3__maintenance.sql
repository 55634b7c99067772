-- Loses the digests with which a change by hand is found.
DROP FUNCTION event_store.event_digest(event_store.event);
DROP TABLE event_store.seal;
