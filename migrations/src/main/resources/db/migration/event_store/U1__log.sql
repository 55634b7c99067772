-- Loses every event: takes exclusive locks on empty or abandoned tables only.
DROP VIEW event_store.event_json;
DROP FUNCTION event_store.position_before(timestamptz);
DROP FUNCTION event_store.load_stream(text, bigint, boolean, integer);
DROP FUNCTION event_store.read_log(bigint, integer);
DROP FUNCTION event_store.append;
DROP FUNCTION event_store.make_partition(bigint, bigint);
DROP TABLE event_store.dead_letter;
DROP TABLE event_store.token;
DROP TABLE event_store.identity;
DROP TABLE event_store.command_receipt;
DROP TABLE event_store.snapshot;
DROP TABLE event_store.stream;
DROP TABLE event_store.event;
