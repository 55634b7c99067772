-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- Several streams in one round trip: of each its newest snapshot, with position 0, and the events after it, in order.
-- stream is the place of its id in p_streams; of a stream there are at most p_limits events. One without a snapshot that began
-- in what was archived has a row at position -1, which is no event.
CREATE OR REPLACE FUNCTION event_store.load_streams(p_streams text[], p_limits integer[])
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
                                 ELSE coalesce((SELECT t.first_position - 1 FROM event_store.stream t WHERE t.stream_id = a.id),
                                               (SELECT max(l.last_position) FROM event_store.seal l), 0) END
         ORDER BY e.version LIMIT a.most)
        UNION ALL
        SELECT -1, '', NULL, -1, '', NULL, 'epoch'::timestamptz, ''::bytea, ''::bytea
        FROM event_store.stream t
        WHERE s.stream_id IS NULL AND t.stream_id = a.id
          AND t.first_position < (SELECT min(e.position) FROM event_store.event e)
    ) r;
END
$$;
