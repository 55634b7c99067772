INSERT INTO projection.progress VALUES ('orders.list', 0, 2);
INSERT INTO projection.version (projection, version, code_version, tables) VALUES ('transit.departures', 1, 2, '{transit.departure,transit.departure_history}');
INSERT INTO projection.rebuild (switch_itself, compare, max_rate, asked_by) VALUES (true, false, 1000, 'key:operations');
INSERT INTO projection.rebuild_part (rebuild, projection, version, tables) VALUES (1, 'transit.departures', 2, '{transit.departure,transit.departure_history}');
INSERT INTO projection.replay (projection, after_position, to_position, position, types, streams, dry_run, asked_by) VALUES ('transit.departures', 0, 100, 10, '{}', '{}', false, 'key:operations');
