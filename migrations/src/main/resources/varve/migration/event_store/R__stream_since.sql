-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- A position that no event of the stream comes before: its first, or, before that is sealed, where what is not sealed begins.
CREATE OR REPLACE FUNCTION event_store.stream_since(p_stream_id text) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce((SELECT t.first_position FROM event_store.stream t WHERE t.stream_id = p_stream_id),
                    (SELECT max(s.last_position) + 1 FROM event_store.seal s), 1);
END
$$;
