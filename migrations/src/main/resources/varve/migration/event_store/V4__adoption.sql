-- On a live table: makes new, empty tables and a function; nothing waits.

-- Where the beginning of this log came from, when it was taken over from an Axon store; without a row it was not.
CREATE TABLE event_store.adoption (
    singleton     boolean     NOT NULL DEFAULT true,
    source        text        NOT NULL,
    type_names    jsonb       NOT NULL,
    state         text        NOT NULL,
    last_position bigint      NOT NULL,
    last_index    bigint      NOT NULL,
    started_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at   timestamptz,
    CONSTRAINT adoption_pk PRIMARY KEY (singleton),
    CONSTRAINT adoption_is_single CHECK (singleton),
    CONSTRAINT adoption_state CHECK (state IN ('copying', 'finished') AND (state = 'finished') = (finished_at IS NOT NULL))
);
COMMENT ON TABLE event_store.adoption IS 'One row, moved on with each chunk that is taken over';
COMMENT ON COLUMN event_store.adoption.last_position IS
    'The adoption mark: up to here versions of a stream are as the old store had them, with gaps and in any order';
COMMENT ON COLUMN event_store.adoption.last_index IS 'Global index that the event at last_position had; -1 before the first';

-- Which global index each position had: index = first_index + (position - first_position) from first_position to last_position.
CREATE TABLE event_store.adopted_range (
    first_position bigint NOT NULL,
    last_position  bigint NOT NULL,
    first_index    bigint NOT NULL,
    CONSTRAINT adopted_range_pk PRIMARY KEY (first_position),
    CONSTRAINT adopted_range_index UNIQUE (first_index),
    CONSTRAINT adopted_range_is_a_range CHECK (first_position <= last_position)
);

-- The position of the last event that was at or before a global index of the old store; 0 before the first.
CREATE FUNCTION event_store.adopted_position(p_index bigint) RETURNS bigint
LANGUAGE sql STABLE
RETURN coalesce((SELECT least(r.last_position, r.first_position + (p_index - r.first_index))
                 FROM event_store.adopted_range r WHERE r.first_index <= p_index ORDER BY r.first_index DESC LIMIT 1), 0);
