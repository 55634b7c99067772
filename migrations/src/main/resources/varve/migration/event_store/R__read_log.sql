-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- A page of the log after a position. Positions are dense, so the page's end is known before it is read.
CREATE OR REPLACE FUNCTION event_store.read_log(p_after bigint, p_limit integer) RETURNS SETOF event_store.event
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET jit = off
AS $$
BEGIN
    RETURN QUERY SELECT * FROM event_store.event e WHERE e.position > p_after AND e.position <= p_after + p_limit ORDER BY e.position;
END
$$;
