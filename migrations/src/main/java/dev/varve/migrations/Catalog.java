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
            ), owned AS (
                SELECT object, owner, acldefault(kind::"char", owner) AS usual, coalesce(acl, acldefault(kind::"char", owner)) AS acl
                FROM (
                    SELECT 'schema ' || nspname AS object, nspowner AS owner, 'n' AS kind, nspacl AS acl FROM space
                    UNION ALL
                    SELECT kind || ' ' || name, relowner, CASE relkind WHEN 'S' THEN 's' ELSE 'r' END, relacl FROM relation
                    UNION ALL
                    SELECT 'column ' || r.name || '.' || a.attname, r.relowner, 'c', a.attacl
                    FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
                    UNION ALL SELECT 'function ' || name, proowner, 'f', proacl FROM routine
                ) objects
            )
            SELECT 'schema ' || nspname AS object, '' AS definition FROM space
            UNION ALL
            SELECT kind || ' ' || name,
                   concat_ws(' ', CASE relpersistence WHEN 'u' THEN 'unlogged' END,
                             'partition by ' || pg_get_partkeydef(oid), 'with ' || reloptions::text,
                             CASE WHEN relrowsecurity THEN 'row security' END,
                             CASE WHEN relforcerowsecurity THEN 'for its owner, too' END,
                             CASE relreplident WHEN 'n' THEN 'replica identity nothing' WHEN 'f' THEN 'replica identity full'
                                  WHEN 'i' THEN 'replica identity by index' END,
                             CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END)
            FROM relation
            UNION ALL
            SELECT 'column ' || r.name || '.' || a.attname,
                   concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
                             CASE WHEN a.attcollation <> t.typcollation
                                  THEN 'collate ' || a.attcollation::regcollation::text END,
                             CASE a.attgenerated WHEN '' THEN 'default ' ELSE 'generated ' END
                                  || pg_get_expr(d.adbin, d.adrelid),
                             CASE a.attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity by default' END,
                             CASE WHEN a.attstorage <> t.typstorage THEN 'storage ' || a.attstorage::text END,
                             'compression ' || nullif(a.attcompression::text, ''),
                             CASE WHEN a.attstattarget >= 0 THEN 'statistics ' || a.attstattarget END,
                             'with ' || a.attoptions::text)
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
                   concat_ws(' ', CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END, p.polcmd::text,
                             'for ' || (SELECT string_agg(CASE role WHEN 0 THEN 'public' ELSE role::regrole::text END, ', '
                                                          ORDER BY role)
                                        FROM unnest(p.polroles) role),
                             pg_get_expr(p.polqual, r.oid), 'with check ' || pg_get_expr(p.polwithcheck, r.oid))
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
            SELECT 'privilege on ' || object || ' of ' || CASE acl.grantee WHEN 0 THEN 'public' ELSE acl.grantee::regrole::text END,
                   string_agg(acl.privilege_type || CASE WHEN acl.is_grantable THEN ' with grant option' ELSE '' END,
                              ', ' ORDER BY acl.privilege_type)
            FROM owned CROSS JOIN aclexplode(owned.acl) acl
            WHERE acl.grantee <> owner
            GROUP BY object, acl.grantee
            UNION ALL
            SELECT 'privilege on ' || object || ' of its owner', 'without ' || string_agg(revoked.privilege_type, ', ')
            FROM owned CROSS JOIN LATERAL (
                SELECT privilege_type FROM aclexplode(usual) WHERE grantee = owner
                EXCEPT SELECT privilege_type FROM aclexplode(acl) WHERE grantee = owner
                ORDER BY privilege_type
            ) revoked
            GROUP BY object
            UNION ALL
            SELECT 'default privilege on ' || CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences'
                        WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' ELSE d.defaclobjtype::text END
                   || ' in schema ' || s.nspname || ' by ' || d.defaclrole::regrole,
                   d.defaclacl::text
            FROM pg_default_acl d JOIN space s ON s.oid = d.defaclnamespace
            UNION ALL
            SELECT 'publication ' || quote_ident(p.pubname) || ' of ' || r.name,
                   concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                             CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END,
                             CASE WHEN p.pubviaroot THEN 'via partition root' END,
                             'where ' || pg_get_expr(m.prqual, r.oid), 'columns ' || m.prattrs::text)
            FROM relation r
            JOIN pg_publication_rel m ON m.prrelid = r.oid
            JOIN pg_publication p ON p.oid = m.prpubid
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
