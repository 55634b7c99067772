-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- Seals the next events, at most so many; answers how many. Does nothing while another session does it. The streams that
-- begin with them get their rows: here and not in append(), whose lock all writers wait for.
CREATE OR REPLACE FUNCTION event_store.seal_next(p_limit integer) RETURNS integer
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
        INSERT INTO event_store.stream (stream_id, stream_type, first_position)
        SELECT DISTINCT ON (e.stream_id) e.stream_id, e.stream_type, e.position
        FROM event_store.event e
        WHERE e.position > v_before AND e.position <= v_last AND e.stream_type IS NOT NULL
          AND (SELECT 1 FROM event_store.stream t WHERE t.stream_id = e.stream_id) IS NULL
        ORDER BY e.stream_id, e.position;
        INSERT INTO event_store.seal (first_position, last_position, events, digest) VALUES (v_before + 1, v_last, v_events, v_digest);
    END IF;
    RETURN v_events;
END
$$;
