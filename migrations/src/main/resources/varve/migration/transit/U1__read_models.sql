-- On a live table: drops the read models; they can be built again from the log.
DROP TABLE ingestion_run;
DROP TABLE route_snapshot;
DROP TABLE departure_history;
DROP TABLE departure;
DROP TABLE line;
DROP TABLE station;
