-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- The messages after a position up to another, those that are wanted. Positions are dense, so the caller knows from the two
-- positions what it has seen, whether or not a row came back. The planner's settings are pinned as those of the log are.
CREATE OR REPLACE FUNCTION outbox.read_messages(p_after bigint, p_up_to bigint, p_types text[], p_contexts text[])
RETURNS SETOF outbox.message
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET jit = off
AS $$
BEGIN
    IF p_types = '{}' AND p_contexts = '{}' THEN
        RETURN QUERY SELECT * FROM outbox.message m WHERE m.position > p_after AND m.position <= p_up_to ORDER BY m.position;
    ELSE
        RETURN QUERY SELECT * FROM outbox.message m
        WHERE m.position > p_after AND m.position <= p_up_to
          AND (p_types = '{}' OR m.type = ANY (p_types))
          AND (p_contexts = '{}' OR split_part(m.aggregatetype, '.', 1) = ANY (p_contexts))
        ORDER BY m.position;
    END IF;
END
$$;
