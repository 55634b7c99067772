-- On a live table: adds a column with a constant default, with an exclusive lock of a moment on snapshots; nothing is rewritten.

ALTER TABLE event_store.snapshot ADD COLUMN position bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN event_store.snapshot.position IS
    'Position of the last event it holds, so that loading opens no partition before it; 0 where that is not known';

-- Several streams in one round trip: of each its newest snapshot, with position 0, and the events after it, in order.
-- stream is the place of its id in p_streams; of a stream there are at most p_limits events.
CREATE FUNCTION event_store.load_streams(p_streams text[], p_limits integer[])
RETURNS TABLE (stream integer, at bigint, event_id text, stream_type text, version bigint, type text, revision text,
               recorded_at timestamptz, payload bytea, metadata bytea)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT a.n::integer, r.position, r.event_id, r.stream_type, r.version, r.type, r.revision, r.recorded_at, r.payload, r.metadata
    FROM unnest(p_streams, p_limits) WITH ORDINALITY AS a (id, most, n)
    LEFT JOIN LATERAL (SELECT * FROM event_store.snapshot s WHERE s.stream_id = a.id ORDER BY s.version DESC LIMIT 1) s ON true
    CROSS JOIN LATERAL (
        SELECT 0::bigint AS position, s.event_id, s.stream_type, s.version, s.type, s.revision, s.recorded_at, s.payload, s.metadata
        WHERE s.stream_id IS NOT NULL
        UNION ALL
        (SELECT e.position, e.event_id, e.stream_type, e.version, e.type, e.revision, e.recorded_at, e.payload, e.metadata
         FROM event_store.event e
         WHERE e.stream_id = a.id AND e.version > coalesce(s.version, -1)
           AND e.position > CASE WHEN s.position > 0 THEN s.position
                                 ELSE (SELECT t.first_position - 1 FROM event_store.stream t WHERE t.stream_id = a.id) END
         ORDER BY e.version LIMIT a.most)
    ) r;
END
$$;

-- Keeps the states of several streams, at most one of each, and forgets older ones.
CREATE FUNCTION event_store.store_snapshots(
    p_stream      text[],
    p_version     bigint[],
    p_stream_type text[],
    p_event_id    text[],
    p_type        text[],
    p_revision    text[],
    p_micros      bigint[],
    p_payload     bytea[],
    p_metadata    bytea[],
    p_position    bigint[]
) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
BEGIN
    DELETE FROM event_store.snapshot s USING unnest(p_stream, p_version) AS n (stream_id, version)
    WHERE s.stream_id = n.stream_id AND s.version < n.version;
    INSERT INTO event_store.snapshot AS s
        (stream_id, version, stream_type, event_id, type, revision, recorded_at, payload, metadata, position)
    SELECT n.stream_id, n.version, n.stream_type, n.event_id, n.type, n.revision,
           'epoch'::timestamptz + n.micros * interval '1 microsecond', n.payload, n.metadata, n.position
    FROM unnest(p_stream, p_version, p_stream_type, p_event_id, p_type, p_revision, p_micros, p_payload, p_metadata, p_position)
        AS n (stream_id, version, stream_type, event_id, type, revision, micros, payload, metadata, position)
    ORDER BY n.stream_id
    ON CONFLICT (stream_id, version) DO UPDATE SET
        event_id = excluded.event_id, type = excluded.type, revision = excluded.revision, recorded_at = excluded.recorded_at,
        payload = excluded.payload, metadata = excluded.metadata, position = greatest(s.position, excluded.position);
END
$$;
