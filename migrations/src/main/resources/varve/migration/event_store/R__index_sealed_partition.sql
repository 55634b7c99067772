-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- Gives a partition to which nothing is added any more the index that readers of few event types need. The open partition
-- goes without, because every append would pay for it.
CREATE OR REPLACE FUNCTION event_store.index_sealed_partition(p_partition regclass) RETURNS void
LANGUAGE plpgsql
SET lock_timeout = '2s'
AS $$
DECLARE
    v_index text := (SELECT relname FROM pg_class WHERE oid = p_partition) || '_type';
BEGIN
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %s (type, position)', v_index, p_partition);
    EXECUTE format('COMMENT ON INDEX event_store.%I IS %L', v_index, 'Rebuilds that want few event types: type = ... ORDER BY position');
END
$$;
