-- On a live table: creates a new, empty table; nothing waits.

-- How far each segment of each projection is, as the node that runs it reported it after its commit: never ahead of the
-- rows, and behind them by a fraction of a second. Other nodes read it to answer Varve-Min-Position; people, to see lag.
CREATE TABLE progress (
    projection text                     NOT NULL,
    segment    integer                  NOT NULL,
    position   bigint                   NOT NULL,
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT progress_pkey PRIMARY KEY (projection, segment),
    CONSTRAINT progress_position_not_negative CHECK (position >= 0)
) WITH (fillfactor = 50);
