-- On a live table: drops it; nodes that run meanwhile cannot answer Varve-Min-Position for projections of other nodes.
DROP TABLE progress;
