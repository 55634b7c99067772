-- On a live table: makes a new, empty table and functions; nothing waits.

-- What the log held when the maintenance came by: each row's digest covers that of the row before it and every event since.
-- An event that is changed by hand afterwards does not fit any more.
CREATE TABLE event_store.seal (
    first_position bigint      NOT NULL,
    last_position  bigint      NOT NULL,
    events         integer     NOT NULL,
    digest         bytea       NOT NULL,
    sealed_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT seal_pk PRIMARY KEY (last_position),
    CONSTRAINT seal_is_a_range CHECK (first_position <= last_position AND events > 0),
    CONSTRAINT seal_is_sha256 CHECK (octet_length(digest) = 32)
);
COMMENT ON TABLE event_store.seal IS 'Digests of the log, each made within a minute of its events. Insert-only';
COMMENT ON COLUMN event_store.seal.digest IS
    'SHA-256 of the digest before (32 zero bytes at first) and event_digest() of each event, in their order';

CREATE TRIGGER seal_is_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event_store.seal
FOR EACH STATEMENT EXECUTE FUNCTION event_store.refuse_change();

-- Digest of one event: SHA-256 of the row as PostgreSQL sends it in binary, which is the number of columns (int32) and, for
-- each, its type's oid (int32), its length (int32, -1 for null) and its bytes. Text is UTF-8.
CREATE FUNCTION event_store.event_digest(e event_store.event) RETURNS bytea
LANGUAGE sql STABLE
RETURN sha256(record_send(ROW((e).position, (e).event_id, (e).stream_type, (e).stream_id, (e).version, (e).type, (e).revision,
    (e).recorded_at, (e).latest_recorded_at, (e).payload, (e).metadata)));
