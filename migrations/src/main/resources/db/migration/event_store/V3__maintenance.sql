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

-- Seals the next events, at most so many; answers how many. Does nothing while another session does it.
CREATE FUNCTION event_store.seal_next(p_limit integer) RETURNS integer
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET jit = off
AS $$
DECLARE
    v_before bigint := 0;
    v_digest bytea := decode(repeat('00', 32), 'hex');
    v_last   bigint;
    v_events integer;
BEGIN
    IF current_setting('client_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'digests are made of UTF-8: use client_encoding UTF8 instead of %', current_setting('client_encoding');
    END IF;
    IF NOT pg_try_advisory_xact_lock(8608001, 3) THEN
        RETURN 0;
    END IF;
    SELECT s.last_position, s.digest INTO v_before, v_digest FROM event_store.seal s ORDER BY s.last_position DESC LIMIT 1;
    IF NOT FOUND THEN
        v_before := 0;
        v_digest := decode(repeat('00', 32), 'hex');
    END IF;
    SELECT max(n.position), count(*), sha256(v_digest || string_agg(n.digest, '' ORDER BY n.position))
    INTO v_last, v_events, v_digest
    FROM (SELECT e.position, event_store.event_digest(e) AS digest
          FROM event_store.event e WHERE e.position > v_before ORDER BY e.position LIMIT p_limit) n;
    IF v_events > 0 THEN
        INSERT INTO event_store.seal (first_position, last_position, events, digest) VALUES (v_before + 1, v_last, v_events, v_digest);
    END IF;
    RETURN v_events;
END
$$;

-- Gives a partition to which nothing is added any more the index that readers of few event types need. The open partition
-- goes without, because every append would pay for it.
CREATE FUNCTION event_store.index_sealed_partition(p_partition regclass) RETURNS void
LANGUAGE plpgsql
SET lock_timeout = '2s'
AS $$
DECLARE
    v_index text := (SELECT relname FROM pg_class WHERE oid = p_partition) || '_type';
BEGIN
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %s (type, position)', v_index, p_partition);
    EXECUTE format('COMMENT ON INDEX event_store.%I IS %L', v_index, 'Rebuilds that want few event types: type = ... ORDER BY position');
END
$$;
