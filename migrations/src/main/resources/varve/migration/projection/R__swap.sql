-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- The table with the suffix takes the living one's place and name, indexes and all; the living one gets the other suffix.
-- The caller has locked both, and prepared them.
CREATE OR REPLACE FUNCTION projection.swap(p_schema text, p_table text, p_suffix text, p_away text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_indexes text[];
    v_index   text;
BEGIN
    SELECT coalesce(array_agg(c.relname ORDER BY c.relname), '{}') INTO v_indexes
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = format('%I.%I', p_schema, p_table)::regclass AND i.indisvalid;
    EXECUTE format('ALTER TABLE %I.%I RENAME TO %I', p_schema, p_table, projection.beside_name(p_table, p_away));
    EXECUTE format('ALTER TABLE %I.%I RENAME TO %I', p_schema, projection.beside_name(p_table, p_suffix), p_table);
    FOREACH v_index IN ARRAY v_indexes LOOP
        EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', p_schema, v_index, projection.beside_name(v_index, p_away));
        EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', p_schema, projection.beside_name(v_index, p_suffix), v_index);
    END LOOP;
END
$$;
