-- On a live table: takes the tables of rebuilds and what they know; tables that a rebuild put aside stay where they are.
DROP VIEW projection.leftover;
DROP FUNCTION projection.shape(text, text, text);
DROP FUNCTION projection.obstacles(regclass);
DROP FUNCTION projection.beside_name(text, text);
DROP TABLE projection.rebuild_part;
DROP TABLE projection.rebuild;
DROP TABLE projection.version;
