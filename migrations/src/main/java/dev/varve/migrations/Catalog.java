package dev.varve.migrations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that defines a schema, as PostgreSQL's own catalogs describe it: object to definition.
 *
 * <p>Two catalogs are equal when two schemas behave the same. So owners, object numbers and the order of columns are
 * left out. Partitions are left out as well, and the tables of rebuilds, because they come and go while the system runs.
 */
final class Catalog {

    private static final String OBJECTS = """
            WITH space AS (
                SELECT oid, nspname, nspowner, nspacl FROM pg_namespace WHERE nspname = ?
            ), relation AS (
                SELECT c.*, s.nspname || '.' || c.relname AS name,
                       CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view'
                            WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type'
                            ELSE 'relation' END AS kind
                FROM pg_class c JOIN space s ON s.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'c', 'f') AND NOT c.relispartition
                  AND c.relname <> 'schema_history' AND c.relname !~ '__(new|old)_[0-9]+$'
            ), routine AS (
                SELECT p.*, p.oid::regprocedure::text AS name
                FROM pg_proc p JOIN space s ON s.oid = p.pronamespace
            )
            SELECT 'schema ' || nspname AS object, '' AS definition FROM space
            UNION ALL
            SELECT kind || ' ' || name,
                   concat_ws(' ', CASE relpersistence WHEN 'u' THEN 'unlogged' END,
                             'partition by ' || pg_get_partkeydef(oid), 'with ' || reloptions::text,
                             CASE WHEN relrowsecurity THEN 'row security' END,
                             CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END)
            FROM relation
            UNION ALL
            SELECT 'column ' || r.name || '.' || a.attname,
                   concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
                             CASE WHEN a.attcollation <> t.typcollation
                                  THEN 'collate ' || a.attcollation::regcollation::text END,
                             CASE a.attgenerated WHEN '' THEN 'default ' ELSE 'generated ' END
                                  || pg_get_expr(d.adbin, d.adrelid),
                             CASE a.attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity by default' END)
            FROM relation r
            JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
            WHERE r.relkind <> 'S'
            UNION ALL
            SELECT 'constraint ' || r.name || '.' || k.conname,
                   pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' (not validated)' END
            FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid
            UNION ALL
            SELECT 'index ' || s.nspname || '.' || c.relname,
                   pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)' END
            FROM relation r
            JOIN pg_index i ON i.indrelid = r.oid
            JOIN pg_class c ON c.oid = i.indexrelid
            CROSS JOIN space s
            UNION ALL
            SELECT 'trigger ' || r.name || '.' || g.tgname, pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text
            FROM relation r JOIN pg_trigger g ON g.tgrelid = r.oid AND NOT g.tgisinternal
            UNION ALL
            SELECT 'policy ' || r.name || '.' || p.polname,
                   concat_ws(' ', p.polcmd::text, pg_get_expr(p.polqual, r.oid), pg_get_expr(p.polwithcheck, r.oid))
            FROM relation r JOIN pg_policy p ON p.polrelid = r.oid
            UNION ALL
            SELECT 'rule ' || r.name || '.' || w.rulename, pg_get_ruledef(w.oid)
            FROM relation r JOIN pg_rewrite w ON w.ev_class = r.oid AND w.rulename <> '_RETURN'
            UNION ALL
            SELECT 'sequence options ' || r.name,
                   concat_ws(' ', q.seqtypid::regtype, q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle)
            FROM relation r JOIN pg_sequence q ON q.seqrelid = r.oid
            UNION ALL
            SELECT 'statistics ' || s.nspname || '.' || x.stxname, pg_get_statisticsobjdef(x.oid)
            FROM pg_statistic_ext x JOIN space s ON s.oid = x.stxnamespace
            UNION ALL
            SELECT 'function ' || name, CASE WHEN prokind IN ('f', 'p') THEN pg_get_functiondef(oid) ELSE prokind::text END
            FROM routine
            UNION ALL
            SELECT 'type ' || t.oid::regtype,
                   concat_ws(' ', t.typtype::text, (
                       SELECT string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid
                   ), nullif(format_type(t.typbasetype, t.typtypmod), '-'), t.typdefault, (
                       SELECT string_agg(pg_get_constraintdef(k.oid), ', ' ORDER BY k.conname)
                       FROM pg_constraint k WHERE k.contypid = t.oid
                   ))
            FROM pg_type t JOIN space s ON s.oid = t.typnamespace
            WHERE t.typtype IN ('e', 'd', 'r')
            UNION ALL
            SELECT 'privilege on ' || owned.object || ' of ' || coalesce(role.rolname, 'public'),
                   string_agg(acl.privilege_type || CASE WHEN acl.is_grantable THEN ' with grant option' ELSE '' END,
                              ', ' ORDER BY acl.privilege_type)
            FROM (
                SELECT 'schema ' || nspname AS object, nspowner AS owner, nspacl AS acl FROM space
                UNION ALL SELECT kind || ' ' || name, relowner, relacl FROM relation
                UNION ALL
                SELECT 'column ' || r.name || '.' || a.attname, r.relowner, a.attacl
                FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
                UNION ALL SELECT 'function ' || name, proowner, coalesce(proacl, acldefault('f', proowner)) FROM routine
            ) owned
            CROSS JOIN aclexplode(owned.acl) acl
            LEFT JOIN pg_roles role ON role.oid = acl.grantee
            WHERE acl.grantee <> owned.owner
            GROUP BY owned.object, role.rolname
            UNION ALL
            SELECT 'comment on ' || commented.object, d.description
            FROM (
                SELECT 'schema ' || nspname AS object, 'pg_namespace'::regclass AS catalog, oid, 0 AS part FROM space
                UNION ALL SELECT kind || ' ' || name, 'pg_class', oid, 0 FROM relation
                UNION ALL
                SELECT 'column ' || r.name || '.' || a.attname, 'pg_class', r.oid, a.attnum
                FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0
                UNION ALL
                SELECT 'index ' || c.relname, 'pg_class', c.oid, 0
                FROM relation r JOIN pg_index i ON i.indrelid = r.oid JOIN pg_class c ON c.oid = i.indexrelid
                UNION ALL
                SELECT 'constraint ' || r.name || '.' || k.conname, 'pg_constraint', k.oid, 0
                FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid
                UNION ALL SELECT 'function ' || name, 'pg_proc', oid, 0 FROM routine
            ) commented
            JOIN pg_description d
              ON d.classoid = commented.catalog AND d.objoid = commented.oid AND d.objsubid = commented.part
            """;

    private Catalog() {}

    /** Empty if there is no such schema. */
    static SortedMap<String, String> of(Connection connection, String schema) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Names are written out in full only when nothing is on the path.
            statement.execute("SET search_path = pg_catalog");
        }
        SortedMap<String, String> objects = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(OBJECTS)) {
            statement.setString(1, schema);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    objects.put(rows.getString(1), rows.getString(2));
                }
            }
        } finally {
            try (Statement statement = connection.createStatement()) {
                statement.execute("RESET search_path");
            }
        }
        return objects;
    }
}
