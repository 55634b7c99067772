-- On a live table: creates a new, empty table; nothing waits.

-- Replays of a range of the log into the living rows of a projection. Progress is written in the transaction of the rows.
CREATE TABLE projection.replay (
    id               bigint GENERATED ALWAYS AS IDENTITY,
    projection       text        NOT NULL,
    after_position   bigint      NOT NULL,
    to_position      bigint      NOT NULL,
    types            text[]      NOT NULL,
    streams          text[]      NOT NULL,
    max_rate         integer,
    dry_run          boolean     NOT NULL,
    state            text        NOT NULL DEFAULT 'running',
    position         bigint      NOT NULL,
    events           bigint      NOT NULL DEFAULT 0,
    rows_changed     bigint      NOT NULL DEFAULT 0,
    parked           bigint      NOT NULL DEFAULT 0,
    failed           bigint      NOT NULL DEFAULT 0,
    failed_sequences text[]      NOT NULL DEFAULT '{}',
    errors           text[]      NOT NULL DEFAULT '{}',
    error            text,
    rate             bigint      NOT NULL DEFAULT 0,
    epoch            bigint      NOT NULL DEFAULT 0,
    node             text,
    leased_until     timestamptz NOT NULL DEFAULT '-infinity',
    asked_by         text        NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    ended_at         timestamptz,
    CONSTRAINT replay_pkey PRIMARY KEY (id),
    CONSTRAINT replay_state_known CHECK (state IN ('running', 'paused', 'done', 'cancelled', 'failed')),
    CONSTRAINT replay_range_in_order CHECK (0 <= after_position AND after_position <= position AND position <= to_position),
    CONSTRAINT replay_max_rate_positive CHECK (max_rate > 0),
    CONSTRAINT replay_ends_once CHECK ((ended_at IS NULL) = (state IN ('running', 'paused')))
) WITH (fillfactor = 50);
COMMENT ON COLUMN projection.replay.position IS 'Everything after after_position and up to here was replayed, durably; nothing behind it was';
COMMENT ON COLUMN projection.replay.parked IS 'Events left out because their sequence is parked';
COMMENT ON COLUMN projection.replay.failed IS 'Events that could not be applied, and those behind them in their sequences';
COMMENT ON COLUMN projection.replay.errors IS 'The first of them, by position and cause, without values';
COMMENT ON COLUMN projection.replay.epoch IS 'Counts the nodes that took it over; an earlier one commits nothing';

-- One replay of a projection at a time; also answers which need a node.
CREATE UNIQUE INDEX replay_one_at_a_time ON projection.replay (projection) WHERE ended_at IS NULL;
