-- On a live table: makes new, empty tables; nothing waits.

-- What goes out, written by event_store.append() with the events it belongs to. Insert-only: how far a reader has come is
-- elsewhere. The columns from id to headers are those that Debezium's outbox event router reads without being told.
CREATE TABLE outbox.message (
    position       bigint       NOT NULL,
    id             uuid         NOT NULL,
    aggregatetype  varchar(255) NOT NULL,
    aggregateid    varchar(255) NOT NULL,
    type           varchar(255) NOT NULL,
    payload        json         NOT NULL,
    ts             timestamp(6) NOT NULL,
    event_position bigint       NOT NULL,
    headers        json         NOT NULL,
    CONSTRAINT message_pk PRIMARY KEY (position)
) PARTITION BY RANGE (position);
COMMENT ON TABLE outbox.message IS 'Every message for others, in the order of the events it was written with';
COMMENT ON COLUMN outbox.message.position IS
    'Dense, of its own, assigned under the lock of the log: final as an event''s. The partition that holds the highest must never be dropped';
COMMENT ON COLUMN outbox.message.id IS 'Derived from the event''s id, so that the same append sent again makes the same message';
COMMENT ON COLUMN outbox.message.aggregatetype IS 'The topic';
COMMENT ON COLUMN outbox.message.aggregateid IS 'The key; messages of one key keep their order';
COMMENT ON COLUMN outbox.message.ts IS 'When the event was recorded, in UTC';

-- Makes the partition [from, from + size). Harmless when it is there.
CREATE FUNCTION outbox.make_partition(p_from bigint, p_size bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    v_name text := 'message_' || lpad(p_from::text, 15, '0');
BEGIN
    IF to_regclass('outbox.' || v_name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE outbox.%I (LIKE outbox.message INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', v_name);
    EXECUTE format('ALTER TABLE outbox.message ATTACH PARTITION outbox.%I FOR VALUES FROM (%s) TO (%s)', v_name, p_from, p_from + p_size);
    RETURN true;
END
$$;

SELECT outbox.make_partition(first, 1000000) FROM generate_series(1, 5000001, 1000000) AS first;

-- For readers of the write-ahead log. Partitions come and go; a subscriber sees one table.
CREATE PUBLICATION varve_outbox FOR TABLE outbox.message WITH (publish = 'insert', publish_via_partition_root = true);
