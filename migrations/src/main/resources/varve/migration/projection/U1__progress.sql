-- On a live table: drops it; nodes that run meanwhile cannot answer Varve-Min-Position for projections of other nodes.
DROP FUNCTION IF EXISTS projection.swap;
DROP FUNCTION IF EXISTS projection.prepare_swap;
DROP FUNCTION IF EXISTS projection.index_beside;
DROP FUNCTION IF EXISTS projection.make_beside;
DROP FUNCTION IF EXISTS projection.copy_grants;
DROP TABLE progress;
