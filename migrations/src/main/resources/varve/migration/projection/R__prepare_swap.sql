-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- Makes sure that a table can take the living one's place, and gives it what the living one was given meanwhile.
-- The caller holds a lock on both that keeps others from altering them.
CREATE OR REPLACE FUNCTION projection.prepare_swap(p_schema text, p_table text, p_suffix text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_beside text := projection.beside_name(p_table, p_suffix);
BEGIN
    IF projection.shape(p_schema, p_table, '') IS DISTINCT FROM projection.shape(p_schema, p_table, p_suffix) THEN
        RAISE EXCEPTION 'table %.% was changed since %.% was made; rebuild again', p_schema, p_table, p_schema, v_beside
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    PERFORM projection.copy_grants(format('%I.%I', p_schema, p_table)::regclass, format('%I.%I', p_schema, v_beside)::regclass);
    EXECUTE format('ALTER TABLE %I.%I RESET (autovacuum_enabled)', p_schema, v_beside);
END
$$;
