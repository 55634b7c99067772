-- On a live table: makes new, empty tables; nothing waits.

-- The log. Insert-only. Positions are dense and commit in order, because only event_store.append() assigns them.
CREATE TABLE event_store.event (
    position           bigint      NOT NULL,
    event_id           text COLLATE "C" NOT NULL,
    stream_type        text,
    stream_id          text COLLATE "C" NOT NULL,
    version            bigint      NOT NULL,
    type               text        NOT NULL,
    revision           text,
    recorded_at        timestamptz NOT NULL,
    latest_recorded_at timestamptz NOT NULL,
    payload            bytea       NOT NULL,
    metadata           bytea       NOT NULL,
    CONSTRAINT event_pk PRIMARY KEY (position)
) PARTITION BY RANGE (position);
COMMENT ON TABLE event_store.event IS 'Every event ever recorded, in the order in which it became visible';
COMMENT ON COLUMN event_store.event.stream_type IS 'Null for an event that belongs to no stream; its event_id is its stream_id then';
COMMENT ON COLUMN event_store.event.latest_recorded_at IS
    'The highest recorded_at up to this position. Never falls, so the position of an instant is found by halving';

-- One row a stream: makes a new stream unique over all partitions, and lets a read skip those before its first event.
CREATE TABLE event_store.stream (
    stream_id      text COLLATE "C" NOT NULL,
    stream_type    text   NOT NULL,
    first_position bigint NOT NULL,
    CONSTRAINT stream_pk PRIMARY KEY (stream_id)
);

CREATE TABLE event_store.snapshot (
    stream_id   text COLLATE "C" NOT NULL,
    version     bigint      NOT NULL,
    stream_type text        NOT NULL,
    event_id    text COLLATE "C" NOT NULL,
    type        text        NOT NULL,
    revision    text,
    recorded_at timestamptz NOT NULL,
    payload     bytea       NOT NULL,
    metadata    bytea       NOT NULL,
    CONSTRAINT snapshot_pk PRIMARY KEY (stream_id, version)
);

-- What a command wrote, for callers that send the same command twice under the same id.
CREATE TABLE event_store.command_receipt (
    command_id    text COLLATE "C" NOT NULL,
    last_position bigint      NOT NULL,
    recorded_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT command_receipt_pk PRIMARY KEY (command_id)
);

-- Who this log is; a token store on another copy of it must not be taken for this one.
CREATE TABLE event_store.identity (
    id        uuid        NOT NULL DEFAULT gen_random_uuid(),
    made_at   timestamptz NOT NULL DEFAULT now(),
    singleton boolean     NOT NULL DEFAULT true,
    CONSTRAINT identity_pk PRIMARY KEY (singleton),
    CONSTRAINT identity_is_single CHECK (singleton)
);
INSERT INTO event_store.identity DEFAULT VALUES;

-- How far each segment of each processor has come, and which node works on it.
CREATE TABLE event_store.token (
    processor  text        NOT NULL,
    segment    integer     NOT NULL,
    position   bigint,
    token      bytea,
    token_type text,
    owner      text,
    claimed_at timestamptz NOT NULL,
    CONSTRAINT token_pk PRIMARY KEY (processor, segment),
    CONSTRAINT token_has_one_form CHECK ((token IS NULL) = (token_type IS NULL) AND (position IS NULL OR token IS NULL))
) WITH (fillfactor = 50);
COMMENT ON COLUMN event_store.token.position IS 'Checkpoint; null at the very beginning, or when token holds another kind, such as one that replays';

-- Axon's dead-letter queue, in the column order of its own JDBC statements.
CREATE TABLE event_store.dead_letter (
    dead_letter_id       text    NOT NULL,
    processing_group     text    NOT NULL,
    sequence_identifier  text    NOT NULL,
    sequence_index       bigint  NOT NULL,
    message_type         text    NOT NULL,
    event_identifier     text    NOT NULL,
    time_stamp           text    NOT NULL,
    payload_type         text    NOT NULL,
    payload_revision     text,
    payload              bytea   NOT NULL,
    metadata             bytea,
    aggregate_type       text,
    aggregate_identifier text,
    sequence_number      bigint,
    token_type           text,
    token                bytea,
    enqueued_at          text    NOT NULL,
    last_touched         text,
    processing_started   text,
    cause_type           text,
    cause_message        text,
    diagnostics          bytea,
    CONSTRAINT dead_letter_pk PRIMARY KEY (dead_letter_id),
    CONSTRAINT dead_letter_place UNIQUE (processing_group, sequence_identifier, sequence_index)
);

-- Makes the partition [from, from + size) with the index that guards versions. Harmless when it is there.
CREATE FUNCTION event_store.make_partition(p_from bigint, p_size bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    v_name text := 'event_' || lpad(p_from::text, 15, '0');
BEGIN
    IF to_regclass('event_store.' || v_name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE event_store.%I (LIKE event_store.event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', v_name);
    EXECUTE format('CREATE UNIQUE INDEX %I ON event_store.%I (stream_id, version)', v_name || '_stream', v_name);
    EXECUTE format('COMMENT ON INDEX event_store.%I IS %L', v_name || '_stream', 'Guards versions in append(); loads a stream in load_stream()');
    EXECUTE format('ALTER TABLE event_store.event ATTACH PARTITION event_store.%I FOR VALUES FROM (%s) TO (%s)', v_name, p_from, p_from + p_size);
    RETURN true;
END
$$;

SELECT event_store.make_partition(first, 10000000) FROM generate_series(1, 20000001, 10000000) AS first;

-- For people: payload and metadata as JSON.
CREATE VIEW event_store.event_json AS
SELECT position, event_id, stream_type, stream_id, version, type, revision, recorded_at,
       convert_from(payload, 'UTF8')::jsonb AS payload, convert_from(metadata, 'UTF8')::jsonb AS metadata
FROM event_store.event;
