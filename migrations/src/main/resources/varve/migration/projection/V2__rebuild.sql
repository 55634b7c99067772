-- On a live table: creates new, empty tables and functions; nothing waits.

-- What the rows of each projection were made by, and what the newest code that ran here would make them by.
CREATE TABLE projection.version (
    projection   text        NOT NULL,
    version      integer     NOT NULL,
    code_version integer     NOT NULL,
    tables       text[]      NOT NULL,
    declined     integer     NOT NULL DEFAULT 0,
    since        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT version_pkey PRIMARY KEY (projection)
);
COMMENT ON COLUMN projection.version.tables IS 'schema.table of each of its tables';
COMMENT ON COLUMN projection.version.declined IS 'A version that was undone: it is not built again by itself';

-- A rebuild of one projection or several, from asking for it to the end of the old tables.
CREATE TABLE projection.rebuild (
    id            bigint GENERATED ALWAYS AS IDENTITY,
    epoch         bigint      NOT NULL DEFAULT 0,
    state         text        NOT NULL DEFAULT 'filling',
    wanted        text        NOT NULL DEFAULT 'run',
    switch_itself boolean     NOT NULL,
    compare       boolean     NOT NULL,
    max_rate      integer,
    position      bigint      NOT NULL DEFAULT 0,
    scanned       bigint      NOT NULL DEFAULT 0,
    target        bigint      NOT NULL DEFAULT 0,
    events        bigint      NOT NULL DEFAULT 0,
    events_held   bigint      NOT NULL DEFAULT 0,
    rate          bigint      NOT NULL DEFAULT 0,
    differences   text[]      NOT NULL DEFAULT '{}',
    error         text,
    node          text,
    leased_until  timestamptz NOT NULL DEFAULT '-infinity',
    asked_by      text        NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    switched_at   timestamptz,
    kept_until    timestamptz,
    ended_at      timestamptz,
    CONSTRAINT rebuild_pkey PRIMARY KEY (id),
    CONSTRAINT rebuild_state_known CHECK (state IN ('filling', 'indexing', 'catching-up', 'comparing', 'ready',
        'switched', 'undone', 'retired', 'cancelled', 'failed')),
    CONSTRAINT rebuild_wanted_known CHECK (wanted IN ('run', 'pause', 'switch', 'undo', 'cancel')),
    CONSTRAINT rebuild_max_rate_positive CHECK (max_rate > 0)
) WITH (fillfactor = 50);
COMMENT ON COLUMN projection.rebuild.epoch IS 'Counts the nodes that took it over; writes of an earlier one do not commit';
COMMENT ON COLUMN projection.rebuild.position IS 'The tables beside hold every event up to here, durably: a crash goes on from here';
COMMENT ON COLUMN projection.rebuild.events IS 'How many wanted events were read up to scanned, for people';
COMMENT ON COLUMN projection.rebuild.events_held IS 'How many of them the tables hold, up to position';
COMMENT ON COLUMN projection.rebuild.scanned IS 'How far the log was read, for people; at or after position';
COMMENT ON COLUMN projection.rebuild.differences IS 'Rows that a comparison found to differ from the living ones, by key and columns, without values';
COMMENT ON COLUMN projection.rebuild.wanted IS 'What an operator last asked for; the node that works on it looks several times a second';

-- Fences the node that lost a rebuild: its transactions hold the key for share, and taking over changes the key.
CREATE UNIQUE INDEX rebuild_epoch ON projection.rebuild (id, epoch);

-- Serves the question which rebuilds need a node.
CREATE INDEX rebuild_open ON projection.rebuild (id) WHERE state NOT IN ('undone', 'retired', 'cancelled', 'failed');

CREATE TABLE projection.rebuild_part (
    rebuild      bigint  NOT NULL,
    projection   text    NOT NULL,
    version      integer NOT NULL,
    tables       text[]  NOT NULL,
    building     boolean NOT NULL DEFAULT true,
    old_version  integer,
    old_position bigint,
    CONSTRAINT rebuild_part_pkey PRIMARY KEY (rebuild, projection),
    CONSTRAINT rebuild_part_of_rebuild FOREIGN KEY (rebuild) REFERENCES projection.rebuild (id)
);
COMMENT ON COLUMN projection.rebuild_part.building IS 'Until it has switched or ended in another way';
COMMENT ON COLUMN projection.rebuild_part.old_position IS 'The tables put aside hold every event up to here';

-- One rebuild of a projection at a time, over all nodes.
CREATE UNIQUE INDEX rebuild_part_one_at_a_time ON projection.rebuild_part (projection) WHERE building;

-- The name of a table or index of a rebuild: the living one's with a suffix, within PostgreSQL's limit.
CREATE FUNCTION projection.beside_name(p_name text, p_suffix text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN left(p_name, 63 - length(p_suffix)) || p_suffix;

-- Why a table cannot be made anew beside itself: what hangs on it would stay with the old one. Empty when nothing does.
CREATE FUNCTION projection.obstacles(p_table regclass) RETURNS text[]
LANGUAGE sql STABLE
AS $$
    SELECT array_remove(ARRAY[
        (SELECT 'is no ordinary table' FROM pg_class WHERE oid = p_table AND (relkind <> 'r' OR relispartition)),
        (SELECT 'inherits or is inherited' WHERE EXISTS (SELECT FROM pg_inherits WHERE p_table IN (inhrelid, inhparent))),
        (SELECT 'has row security' FROM pg_class WHERE oid = p_table AND relrowsecurity),
        (SELECT 'foreign key ' || min(conname) FROM pg_constraint
         WHERE contype = 'f' AND p_table IN (conrelid, confrelid) HAVING count(*) > 0),
        (SELECT 'trigger ' || min(tgname) FROM pg_trigger WHERE tgrelid = p_table AND NOT tgisinternal HAVING count(*) > 0),
        (SELECT 'view ' || min(r.ev_class::regclass::text) FROM pg_depend d
         JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
         WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = p_table HAVING count(*) > 0),
        (SELECT 'sequence ' || min(s.oid::regclass::text) FROM pg_depend d
         JOIN pg_class s ON d.classid = 'pg_class'::regclass AND s.oid = d.objid AND s.relkind = 'S'
         WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = p_table HAVING count(*) > 0),
        (SELECT 'publication ' || min(p.pubname) FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
         WHERE r.prrelid = p_table HAVING count(*) > 0)
    ], NULL);
$$;

-- A table's columns and indexes in words, without the suffix of a rebuild: two tables that agree here can change places.
CREATE FUNCTION projection.shape(p_schema text, p_table text, p_suffix text) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT (SELECT string_agg(format('%s %s %s %s %s', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated,
                                     pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum)
            FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = t.id AND a.attnum > 0 AND NOT a.attisdropped)
        || '; ' || coalesce((SELECT string_agg(substr(x.text, position(' USING ' IN x.text)) || x.indisunique, ', '
                                               ORDER BY substr(x.text, position(' USING ' IN x.text)) || x.indisunique)
            FROM (SELECT pg_get_indexdef(indexrelid) AS text, indisunique FROM pg_index WHERE indrelid = t.id AND indisvalid) x), '')
        || '; ' || coalesce((SELECT string_agg(pg_get_constraintdef(c.oid), ', ' ORDER BY pg_get_constraintdef(c.oid))
            FROM pg_constraint c WHERE c.conrelid = t.id AND c.contype IN ('c', 'p', 'u', 'x')), '')
    FROM (SELECT format('%I.%I', p_schema, projection.beside_name(p_table, p_suffix))::regclass AS id) t;
$$;

-- Tables that a rebuild made and does not need any more, or lost: they can be dropped.
CREATE VIEW projection.leftover AS
SELECT r.id AS rebuild, t.schema_name, projection.beside_name(t.table_name, s.kind || r.id) AS table_name
FROM projection.rebuild r
JOIN projection.rebuild_part p ON p.rebuild = r.id
CROSS JOIN LATERAL (SELECT split_part(name, '.', 1) AS schema_name, substr(name, strpos(name, '.') + 1) AS table_name
                    FROM unnest(p.tables) AS name) t
CROSS JOIN (VALUES ('__new_'), ('__old_')) AS s (kind)
WHERE to_regclass(format('%I.%I', t.schema_name, projection.beside_name(t.table_name, s.kind || r.id))) IS NOT NULL
  AND CASE s.kind WHEN '__new_' THEN r.state NOT IN ('filling', 'indexing', 'catching-up', 'comparing', 'ready')
                  ELSE r.state <> 'switched' END;
