-- Loses every event: takes exclusive locks on empty or abandoned tables only.
DROP FUNCTION IF EXISTS event_store.store_snapshots;
DROP FUNCTION IF EXISTS event_store.load_streams;
DROP FUNCTION IF EXISTS event_store.stream_since;
DROP FUNCTION IF EXISTS event_store.index_sealed_partition;
DROP FUNCTION IF EXISTS event_store.seal_next;
DROP FUNCTION IF EXISTS event_store.position_before;
DROP FUNCTION IF EXISTS event_store.load_stream;
DROP FUNCTION IF EXISTS event_store.read_log;
DROP FUNCTION IF EXISTS event_store.append;
DROP VIEW event_store.event_json;
DROP FUNCTION event_store.make_partition(bigint, bigint);
DROP TABLE event_store.dead_letter;
DROP TABLE event_store.token;
DROP TABLE event_store.identity;
DROP TABLE event_store.command_receipt;
DROP TABLE event_store.snapshot;
DROP TABLE event_store.stream;
DROP TABLE event_store.event;
