-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- Makes the empty table of a rebuild beside the living one, without its indexes; one that is there already is replaced.
CREATE OR REPLACE FUNCTION projection.make_beside(p_schema text, p_table text, p_suffix text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_live    regclass := to_regclass(format('%I.%I', p_schema, p_table));
    v_new     text := projection.beside_name(p_table, p_suffix);
    v_class   pg_class%ROWTYPE;
    v_reasons text[];
BEGIN
    IF v_live IS NULL THEN
        RAISE EXCEPTION 'table %.% does not exist', p_schema, p_table USING ERRCODE = 'undefined_table';
    END IF;
    v_reasons := projection.obstacles(v_live);
    IF v_reasons <> '{}' THEN
        RAISE EXCEPTION 'table %.% cannot be rebuilt beside itself: %', p_schema, p_table, array_to_string(v_reasons, ', ')
            USING ERRCODE = 'feature_not_supported';
    END IF;
    SELECT * INTO v_class FROM pg_class WHERE oid = v_live;
    EXECUTE format('DROP TABLE IF EXISTS %I.%I', p_schema, v_new);
    -- A vacuum of the new table would hold the lock that the switch needs.
    EXECUTE format('CREATE TABLE %I.%I (LIKE %I.%I INCLUDING ALL EXCLUDING INDEXES) WITH (%s)', p_schema, v_new, p_schema, p_table,
        array_to_string((SELECT array_agg(o) FROM unnest(v_class.reloptions) o WHERE o NOT LIKE 'autovacuum_enabled=%')
            || '{autovacuum_enabled=false}'::text[], ', '));
    IF pg_get_userbyid(v_class.relowner) <> current_user THEN
        EXECUTE format('ALTER TABLE %I.%I OWNER TO %I', p_schema, v_new, pg_get_userbyid(v_class.relowner));
    END IF;
    IF obj_description(v_live, 'pg_class') IS NOT NULL THEN
        EXECUTE format('COMMENT ON TABLE %I.%I IS %L', p_schema, v_new, obj_description(v_live, 'pg_class'));
    END IF;
    PERFORM projection.copy_grants(v_live, format('%I.%I', p_schema, v_new)::regclass);
END
$$;
