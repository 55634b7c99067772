-- On a live table: drops the read models; they can be built again from the log.
DROP TABLE daily_count;
DROP TABLE patient_timeline;
DROP TABLE conflict;
DROP TABLE recording;
