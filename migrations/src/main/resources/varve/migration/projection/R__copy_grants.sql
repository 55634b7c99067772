-- On a live table: replaces a function; calls that run meanwhile end as they began, and nothing waits.

-- Gives one table the rights on another, and takes away those that the other does not have.
CREATE OR REPLACE FUNCTION projection.copy_grants(p_from regclass, p_to regclass) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_grant record;
BEGIN
    IF (SELECT relacl FROM pg_class WHERE oid = p_from) IS NOT DISTINCT FROM (SELECT relacl FROM pg_class WHERE oid = p_to)
       AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid IN (p_from, p_to) AND attacl IS NOT NULL) THEN
        RETURN;
    END IF;
    FOR v_grant IN
        SELECT DISTINCT a.grantee, CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS role
        FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = p_to AND a.grantee <> c.relowner
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s', p_to, v_grant.role);
    END LOOP;
    FOR v_grant IN
        SELECT a.privilege_type, a.is_grantable, '' AS columns,
               CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS role
        FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = p_from AND a.grantee <> c.relowner
        UNION ALL
        SELECT a.privilege_type, a.is_grantable, format('(%I)', t.attname),
               CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
        FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = p_from AND NOT t.attisdropped
    LOOP
        EXECUTE format('GRANT %s %s ON %s TO %s %s', v_grant.privilege_type, v_grant.columns, p_to, v_grant.role,
                       CASE WHEN v_grant.is_grantable THEN 'WITH GRANT OPTION' ELSE '' END);
    END LOOP;
END
$$;
