INSERT INTO transit.station VALUES ('s-1', 'Marienplatz', 'Munich', 48.1, 11.5, '{SUBWAY}', 'Europe/Berlin', 'marienplatz munich', 0, 1);
INSERT INTO transit.line VALUES ('u3', 'U3', 'SUBWAY', 'MVG', NULL, NULL, 0, 2);
INSERT INTO transit.departure (departure_id, station_id, line_id, line_label, mode, destination, planned_at, source, observed_at, version, position)
VALUES ('d-1', 's-1', 'u3', 'U3', 'SUBWAY', 'Moosach', now(), 'mvg', now(), 0, 3);
INSERT INTO transit.departure_history VALUES ('d-1', 3, 0, 'observed', '{}', now(), now());
INSERT INTO transit.route_snapshot (route_snapshot_id, filters, itineraries, status, requested_at, version, position)
VALUES ('r-1', '{}', '[]', 'SUCCESS', now(), 0, 4);
INSERT INTO transit.ingestion_run (ingestion_run_id, job_name, source, context, status, started_at, version, position)
VALUES ('i-1', 'gtfs', 'feed.zip', '{}', 'SUCCESS', now(), 0, 5);
