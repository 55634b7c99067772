-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- The position before the first event recorded at or after an instant, found by halving.
CREATE OR REPLACE FUNCTION event_store.position_before(p_instant timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
AS $$
DECLARE
    v_low bigint;
    v_high bigint;
    v_middle bigint;
BEGIN
    SELECT coalesce((SELECT e.position FROM event_store.event e ORDER BY e.position LIMIT 1) - 1, 0),
           coalesce((SELECT e.position FROM event_store.event e ORDER BY e.position DESC LIMIT 1), 0)
    INTO v_low, v_high;
    WHILE v_low < v_high LOOP
        v_middle := (v_low + v_high + 1) / 2;
        IF (SELECT e.latest_recorded_at < p_instant FROM event_store.event e WHERE e.position = v_middle) THEN
            v_low := v_middle;
        ELSE
            v_high := v_middle - 1;
        END IF;
    END LOOP;
    RETURN v_low;
END
$$;
