-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- The shape it had when it could begin at a snapshot, which load_streams does.
DROP FUNCTION IF EXISTS event_store.load_stream(text, bigint, boolean, integer);

-- A stream from a version on.
CREATE OR REPLACE FUNCTION event_store.load_stream(p_stream_id text, p_from bigint, p_limit integer)
RETURNS SETOF event_store.event
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET jit = off
AS $$
DECLARE
    v_first bigint := event_store.stream_since(p_stream_id);
BEGIN
    RETURN QUERY SELECT * FROM event_store.event e
    WHERE e.stream_id = p_stream_id AND e.version >= p_from AND e.position >= v_first
    ORDER BY e.version LIMIT p_limit;
END
$$;
