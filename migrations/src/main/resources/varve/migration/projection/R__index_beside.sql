-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- Gives a table of a rebuild the indexes and constraints of the living one that it does not have yet.
CREATE OR REPLACE FUNCTION projection.index_beside(p_schema text, p_table text, p_suffix text, p_key_only boolean) RETURNS void
LANGUAGE plpgsql
SET maintenance_work_mem = '128MB'
AS $$
DECLARE
    v_new   text := projection.beside_name(p_table, p_suffix);
    v_index record;
BEGIN
    FOR v_index IN
        SELECT i.indexrelid AS id, c.relname AS name, k.oid AS constraint_id, pg_get_constraintdef(k.oid) AS constraint_text,
               pg_get_indexdef(i.indexrelid) AS index_text, i.indisunique AS is_unique,
               projection.beside_name(c.relname, p_suffix) AS new_name
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
        WHERE i.indrelid = format('%I.%I', p_schema, p_table)::regclass AND i.indisvalid AND (i.indisprimary OR NOT p_key_only)
        ORDER BY i.indisprimary DESC, c.relname
    LOOP
        CONTINUE WHEN to_regclass(format('%I.%I', p_schema, v_index.new_name)) IS NOT NULL;
        IF v_index.constraint_id IS NOT NULL THEN
            EXECUTE format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', p_schema, v_new, v_index.new_name, v_index.constraint_text);
        ELSE
            EXECUTE format('CREATE %s INDEX %I ON %I.%I USING %s', CASE WHEN v_index.is_unique THEN 'UNIQUE' ELSE '' END,
                v_index.new_name, p_schema, v_new, substr(v_index.index_text, position(' USING ' IN v_index.index_text) + 7));
        END IF;
        IF obj_description(v_index.id, 'pg_class') IS NOT NULL THEN
            EXECUTE format('COMMENT ON INDEX %I.%I IS %L', p_schema, v_index.new_name, obj_description(v_index.id, 'pg_class'));
        END IF;
    END LOOP;
END
$$;
