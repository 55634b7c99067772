INSERT INTO clinical.recording (recording_id, patient, patient_id_sealed, clinician_id, status, created_at, updated_at, version, position)
VALUES ('3f0e6a52-7b1c-4d7e-9a55-0c1f2d3e4b5a', '5f2c9b0e7a1d4c3b8e6f0a9d2b4c6e81', 'AQ==', 'ward-3', 'pending', now(), now(), 0, 1);
INSERT INTO clinical.conflict VALUES ('3f0e6a52-7b1c-4d7e-9a55-0c1f2d3e4b5a', '01', '5f2c9b0e7a1d4c3b8e6f0a9d2b4c6e81', 0, '[]', now(), 'key:ward-3', NULL, 2, 3);
INSERT INTO clinical.patient_timeline VALUES ('5f2c9b0e7a1d4c3b8e6f0a9d2b4c6e81', 1, '3f0e6a52-7b1c-4d7e-9a55-0c1f2d3e4b5a', 0, 'recording-created', 'key:ward-3', 'REQUEST', now());
INSERT INTO clinical.daily_count VALUES (current_date, 1, 0, 0, 0, 0, 1);
