-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- The position before the first message recorded at or after an instant, found by halving. Recorded times grow with positions
-- but for what the clocks of nodes differ, and so exact is the answer.
CREATE OR REPLACE FUNCTION outbox.position_before(p_instant timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
AS $$
DECLARE
    v_ts timestamp(6) := p_instant AT TIME ZONE 'UTC';
    v_low bigint;
    v_high bigint;
    v_middle bigint;
BEGIN
    SELECT coalesce((SELECT m.position FROM outbox.message m ORDER BY m.position LIMIT 1) - 1, 0),
           coalesce((SELECT m.position FROM outbox.message m ORDER BY m.position DESC LIMIT 1), 0)
    INTO v_low, v_high;
    WHILE v_low < v_high LOOP
        v_middle := (v_low + v_high + 1) / 2;
        IF (SELECT m.ts < v_ts FROM outbox.message m WHERE m.position = v_middle) THEN
            v_low := v_middle;
        ELSE
            v_high := v_middle - 1;
        END IF;
    END LOOP;
    RETURN v_low;
END
$$;
