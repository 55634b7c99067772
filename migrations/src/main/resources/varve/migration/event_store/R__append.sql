-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- The shape it had when messages came as text. Two of one name could not be told apart by who drops or calls them.
DROP FUNCTION IF EXISTS event_store.append(
    bigint, bigint, integer[], text[], text[], bigint[], bigint[], integer[], integer[], text[], text[], bigint[], text[], text[],
    text[], bigint[], bigint[], bytea[], bytea[], text[], integer[], text[], text[], text[], text[], text[], text[]);

-- Appends, all of one batch or of one joined transaction. Takes the log's lock until the transaction ends.
--
-- A slice is what one append adds to one stream; an append is written whole or, if one of its slices does not fit, not at all.
-- Answers with the position before the first new event (slice 0), then one row for each slice that was not written:
-- the version its stream really has, and the position at which the very same event was recorded before, if it was;
-- slice -n stands for append n whose command id was known. Slice 0 also says how many microseconds went by before the lock was
-- there, and how many since: the rest of what the caller waits is the way and the flush.
--
-- Two bounds spare the look into older partitions, and change no answer: p_head is a position that was seen, p_since one
-- that no slice of a known stream goes before, the highest bigint if all streams are to be new. p_event_latest is the highest p_event_micros of the batch up to each event.
--
-- Messages name the event they belong to by its place in the batch, and are written or not with it. Without messages
-- (p_message_event is null) the schema outbox is not touched; without headers (p_message_headers is null) each has none.
-- Their ids and JSON are parameters of these types, so that they are parsed before the lock is there and not under it.
--
-- Streams that are new get their rows when their first events are sealed (seal_next). Until then they are found by the index
-- of their partition, behind what is sealed.
--
-- On the way that all appends take, arrays are opened in the select list: unnest in FROM stores each of them once more.
--
-- The planner's settings are pinned: a plan made while the tables were young would otherwise scan them for ever.
CREATE OR REPLACE FUNCTION event_store.append(
    p_head           bigint,
    p_since          bigint,
    p_slice_append   integer[],
    p_slice_stream   text[],
    p_slice_type     text[],
    p_slice_version  bigint[],
    p_slice_since    bigint[],
    p_slice_first    integer[],
    p_event_slice    integer[],
    p_event_stream   text[],
    p_event_stream_type text[],
    p_event_version  bigint[],
    p_event_id       text[],
    p_event_type     text[],
    p_event_revision text[],
    p_event_micros   bigint[],
    p_event_latest   bigint[],
    p_event_payload  bytea[],
    p_event_metadata bytea[],
    p_command        text[],
    p_message_event  integer[],
    p_message_id     uuid[],
    p_message_topic  text[],
    p_message_key    text[],
    p_message_type   text[],
    p_message_payload json[],
    p_message_headers json[]
) RETURNS TABLE (slice integer, actual bigint, earlier bigint, waited bigint, worked bigint)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
DECLARE
    c_nowhere  CONSTANT bigint := 9223372036854775807;
    v_locked   timestamptz;
    v_head     bigint;
    v_latest   timestamptz;
    v_sealed   bigint;
    v_odd      integer[];
    v_actual   bigint[];
    v_known    integer[] := '{}';
    v_refused  integer[] := '{}';
    v_place    integer[];
    v_messages bigint;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'events cannot be appended under isolation level %, which would check versions against an old snapshot; use read committed',
            current_setting('transaction_isolation') USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM pg_advisory_xact_lock(8608001, 1);
    v_locked := clock_timestamp();

    SELECT e.position, e.latest_recorded_at INTO v_head, v_latest
    FROM event_store.event e WHERE e.position >= p_head ORDER BY e.position DESC LIMIT 1;
    IF NOT FOUND THEN
        SELECT e.position, e.latest_recorded_at INTO v_head, v_latest
        FROM event_store.event e ORDER BY e.position DESC LIMIT 1;
    END IF;
    v_head := coalesce(v_head, 0);
    SELECT coalesce(max(s.last_position), 0) INTO v_sealed FROM event_store.seal s;

    -- The slices whose stream is not where they expect it: a stream that is to be new is looked up by its row and behind what is
    -- sealed, the others by their index. -1 is a stream that is nowhere, -2 one that is there and, from the bound on, has no events.
    -- Not by EXISTS: while the table is small that is planned as a hash of all streams, and the plan stays. Ordered as the
    -- index is, so that no plan goes through the positions.
    -- Where all are to be new, one scan of each index first asks for all of them.
    IF p_since < c_nowhere OR EXISTS (SELECT FROM event_store.stream t WHERE t.stream_id = ANY (p_slice_stream))
        OR (SELECT e.version FROM event_store.event e
            WHERE e.stream_id = ANY (p_slice_stream) AND e.version >= 0 AND e.position > v_sealed AND e.position <= v_head
            ORDER BY e.stream_id, e.version LIMIT 1) IS NOT NULL THEN
        SELECT array_agg(w.n), array_agg(w.actual) INTO v_odd, v_actual
        FROM (SELECT s.n, s.first_version,
                     coalesce(CASE WHEN s.first_version > 0 OR s.stream_type IS NULL
                                  THEN (SELECT e.version FROM event_store.event e
                                        WHERE e.stream_id = s.stream_id AND e.position >= p_since AND e.position >= s.since
                                        ORDER BY e.version DESC LIMIT 1) END,
                              (SELECT -2 FROM event_store.stream t WHERE t.stream_id = s.stream_id),
                              (SELECT -2 FROM event_store.event e
                               WHERE e.stream_id = s.stream_id AND e.position > v_sealed AND e.position <= v_head
                               ORDER BY e.version DESC LIMIT 1), -1) AS actual
              FROM (SELECT unnest(p_slice_stream) AS stream_id, unnest(p_slice_type) AS stream_type,
                           unnest(p_slice_version) AS first_version, unnest(p_slice_since) AS since,
                           generate_series(1, cardinality(p_slice_stream)) AS n OFFSET 0) s) w
        WHERE w.actual <> w.first_version - 1;
    END IF;

    IF p_command IS NOT NULL THEN
        SELECT coalesce(array_agg(c.n), '{}') INTO v_known
        FROM unnest(p_command) WITH ORDINALITY AS c (id, n) JOIN event_store.command_receipt r ON r.command_id = c.id;
        RETURN QUERY SELECT -c.n::integer, NULL::bigint, r.last_position, NULL::bigint, NULL::bigint
        FROM unnest(p_command) WITH ORDINALITY AS c (id, n) JOIN event_store.command_receipt r ON r.command_id = c.id;
    END IF;

    -- What is rare, and may take longer: versions are looked up without a bound, and the refused are taken out of the batch.
    -- A stream that is nowhere may begin at any version, unless its writer has seen events of it (a bound above 0): then the log
    -- lost them, and it would go on without its beginning. One of which only the row is there fits nothing.
    IF v_odd IS NOT NULL OR v_known <> '{}' THEN
        SELECT array_agg(coalesce((SELECT e.version FROM event_store.event e
                                   WHERE w.actual = -2 AND e.stream_id = p_slice_stream[w.n]
                                     AND e.position >= event_store.stream_since(p_slice_stream[w.n])
                                   ORDER BY e.version DESC LIMIT 1), w.actual) ORDER BY w.i)
        INTO v_actual
        FROM unnest(v_odd, v_actual) WITH ORDINALITY AS w (n, actual, i);

        SELECT v_known || coalesce(array_agg(p_slice_append[w.n]), '{}') INTO v_refused
        FROM unnest(v_odd, v_actual) AS w (n, actual)
        WHERE w.actual <> p_slice_version[w.n] - 1 AND (w.actual <> -1 OR p_slice_since[w.n] > 0);

        RETURN QUERY
        SELECT w.n, w.actual,
               (SELECT e.position + (cardinality(array_positions(p_event_slice, w.n)) - 1)
                FROM event_store.event e
                WHERE e.stream_id = p_slice_stream[w.n] AND e.version = p_slice_version[w.n]
                  AND e.event_id = p_event_id[p_slice_first[w.n]]),
               NULL::bigint, NULL::bigint
        FROM unnest(v_odd, v_actual) AS w (n, actual)
        WHERE w.actual <> p_slice_version[w.n] - 1 AND (w.actual <> -1 OR p_slice_since[w.n] > 0) AND p_slice_append[w.n] <> ALL (v_known);

        SELECT array_agg(CASE WHEN w.written THEN w.place ELSE 0 END ORDER BY w.n) INTO v_place
        FROM (SELECT g.n, g.written, count(*) FILTER (WHERE g.written) OVER (ORDER BY g.n ROWS UNBOUNDED PRECEDING) AS place
              FROM (SELECT e.n, p_slice_append[e.slice] <> ALL (v_refused) AS written
                    FROM unnest(p_event_slice) WITH ORDINALITY AS e (slice, n)) g) w;
        SELECT array_agg(v_place[s.first] ORDER BY s.n) INTO p_slice_first
        FROM unnest(p_slice_first) WITH ORDINALITY AS s (first, n);
        SELECT array_agg(v_place[m.event] ORDER BY m.n), array_agg(m.id ORDER BY m.n), array_agg(m.topic ORDER BY m.n),
               array_agg(m.key ORDER BY m.n), array_agg(m.type ORDER BY m.n), array_agg(m.payload ORDER BY m.n),
               array_agg(m.headers ORDER BY m.n)
        INTO p_message_event, p_message_id, p_message_topic, p_message_key, p_message_type, p_message_payload, p_message_headers
        FROM unnest(p_message_event, p_message_id, p_message_topic, p_message_key, p_message_type, p_message_payload,
                    p_message_headers) WITH ORDINALITY AS m (event, id, topic, key, type, payload, headers, n)
        WHERE v_place[m.event] > 0;
        SELECT array_agg(g.slice ORDER BY g.n), array_agg(g.stream_type ORDER BY g.n), array_agg(g.stream_id ORDER BY g.n),
               array_agg(g.version ORDER BY g.n), array_agg(g.id ORDER BY g.n), array_agg(g.type ORDER BY g.n),
               array_agg(g.revision ORDER BY g.n), array_agg(g.micros ORDER BY g.n), array_agg(g.latest ORDER BY g.n),
               array_agg(g.payload ORDER BY g.n), array_agg(g.metadata ORDER BY g.n)
        INTO p_event_slice, p_event_stream_type, p_event_stream, p_event_version, p_event_id, p_event_type,
             p_event_revision, p_event_micros, p_event_latest, p_event_payload, p_event_metadata
        FROM (SELECT e.*, max(e.micros) OVER (ORDER BY e.n ROWS UNBOUNDED PRECEDING) AS latest
              FROM unnest(p_event_slice, p_event_stream_type, p_event_stream, p_event_version, p_event_id, p_event_type,
                          p_event_revision, p_event_micros, p_event_payload, p_event_metadata) WITH ORDINALITY
                  AS e (slice, stream_type, stream_id, version, id, type, revision, micros, payload, metadata, n)
              WHERE v_place[e.n] > 0) g;
    END IF;

    INSERT INTO event_store.event (position, event_id, stream_type, stream_id, version, type, revision,
                                   recorded_at, latest_recorded_at, payload, metadata)
    SELECT v_head + e.n, e.id, e.stream_type, e.stream_id, e.version, e.type, e.revision,
           'epoch'::timestamptz + e.micros * interval '1 microsecond',
           greatest(v_latest, 'epoch'::timestamptz + e.latest * interval '1 microsecond'), e.payload, e.metadata
    FROM (SELECT unnest(p_event_stream_type) AS stream_type, unnest(p_event_stream) AS stream_id, unnest(p_event_version) AS version,
                 unnest(p_event_id) AS id, unnest(p_event_type) AS type, unnest(p_event_revision) AS revision,
                 unnest(p_event_micros) AS micros, unnest(p_event_latest) AS latest, unnest(p_event_payload) AS payload,
                 unnest(p_event_metadata) AS metadata, generate_series(1, cardinality(p_event_id)) AS n) e;

    IF p_command IS NOT NULL THEN
        INSERT INTO event_store.command_receipt (command_id, last_position)
        SELECT p_command[p_slice_append[e.slice]], v_head + max(e.n)
        FROM unnest(p_event_slice) WITH ORDINALITY AS e (slice, n)
        WHERE p_command[p_slice_append[e.slice]] IS NOT NULL
        GROUP BY p_slice_append[e.slice];
    END IF;

    -- Messages of the events that were written, in the order of these, under positions of their own.
    IF p_message_event IS NOT NULL THEN
        SELECT m.position INTO v_messages FROM outbox.message m ORDER BY m.position DESC LIMIT 1;
        INSERT INTO outbox.message (position, id, aggregatetype, aggregateid, type, payload, ts, event_position, headers)
        SELECT coalesce(v_messages, 0) + m.n, m.id, m.topic, m.key, m.type, m.payload,
               'epoch'::timestamp + p_event_micros[m.event] * interval '1 microsecond',
               v_head + m.event, coalesce(m.headers, '{}')
        FROM (SELECT unnest(p_message_event) AS event, unnest(p_message_id) AS id, unnest(p_message_topic) AS topic,
                     unnest(p_message_key) AS key, unnest(p_message_type) AS type, unnest(p_message_payload) AS payload,
                     unnest(p_message_headers) AS headers, generate_series(1, cardinality(p_message_event)) AS n) m;
    END IF;

    RETURN QUERY SELECT 0, v_head, NULL::bigint,
                        (extract(epoch FROM v_locked - statement_timestamp()) * 1000000)::bigint,
                        (extract(epoch FROM clock_timestamp() - v_locked) * 1000000)::bigint;
END
$$;
