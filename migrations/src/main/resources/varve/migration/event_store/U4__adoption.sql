-- Forgets where the log came from: takes exclusive locks on tables that only a takeover writes.
DROP FUNCTION event_store.adopted_position(bigint);
DROP TABLE event_store.adopted_range;
DROP TABLE event_store.adoption;
