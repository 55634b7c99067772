-- On a live table: creates new, empty tables; nothing waits.

-- Read models hold no foreign keys: they are made from the log, each on its own.
-- A column that ends in _sealed holds ciphertext under the patient's own key; patient is the pseudonym that names the key.
-- In each, position is the place in the log of the last event applied, and version the version of the row's own stream.

CREATE TABLE recording (
    recording_id               uuid                     NOT NULL,
    patient                    text                     NOT NULL,
    patient_id_sealed          text                     NOT NULL,
    clinician_id               text                     NOT NULL,
    status                     text                     NOT NULL,
    duration_seconds           integer,
    audio_file_path_sealed     text,
    audio_file_size            bigint,
    audio_content_id           text,
    audio_media_type           text,
    failure                    text,
    error_message_sealed       text,
    retry_count                integer                  NOT NULL DEFAULT 0,
    upload_attempts            integer                  NOT NULL DEFAULT 0,
    created_at                 timestamp with time zone NOT NULL,
    updated_at                 timestamp with time zone NOT NULL,
    uploaded_at                timestamp with time zone,
    processed_at               timestamp with time zone,
    transcript_sealed          text,
    draft_transcript_sealed    text,
    final_transcript_sealed    text,
    local_storage_key          text,
    whisper_model              text                     NOT NULL DEFAULT 'base',
    transcription_started_at   timestamp with time zone,
    transcription_completed_at timestamp with time zone,
    fhir_bundle_sealed         text,
    llm_model                  text,
    extraction_started_at      timestamp with time zone,
    extraction_completed_at    timestamp with time zone,
    verification_results       jsonb,
    verification_score         double precision,
    verified_at                timestamp with time zone,
    imported                   boolean                  NOT NULL DEFAULT false,
    due_since                  timestamp with time zone,
    version                    bigint                   NOT NULL,
    position                   bigint                   NOT NULL,
    CONSTRAINT recording_pkey PRIMARY KEY (recording_id),
    CONSTRAINT recording_status_known
        CHECK (status IN ('pending', 'uploading', 'queued', 'processing', 'completed', 'error')),
    CONSTRAINT recording_verification_score_share CHECK (verification_score BETWEEN 0 AND 1)
);
COMMENT ON COLUMN recording.due_since IS 'Since when it waits to be worked on; null: it does not.';
COMMENT ON COLUMN recording.verification_results IS 'Issues and messages of alerts in it are sealed.';

-- Serves a clinician's recordings, newest first.
CREATE INDEX recording_by_clinician ON recording (clinician_id, created_at DESC, recording_id DESC);

-- Serves a clinician's recordings of one status, newest first.
CREATE INDEX recording_by_clinician_and_status ON recording (clinician_id, status, created_at DESC, recording_id DESC);

-- Serves the work queue: what is due, oldest first.
CREATE INDEX recording_due ON recording (due_since, recording_id) WHERE due_since IS NOT NULL;

-- Serves what an erasure covers: all recordings of a patient.
CREATE INDEX recording_by_patient ON recording (patient);

-- One row for each offline change that met another; decided ones stay, for the record.
CREATE TABLE conflict (
    recording_id uuid                     NOT NULL,
    conflict_id  text                     NOT NULL,
    patient      text                     NOT NULL,
    base_version bigint                   NOT NULL,
    fields       jsonb                    NOT NULL,
    found_at     timestamp with time zone NOT NULL,
    found_by     text                     NOT NULL,
    resolved_at  timestamp with time zone,
    version      bigint                   NOT NULL,
    position     bigint                   NOT NULL,
    CONSTRAINT conflict_pkey PRIMARY KEY (recording_id, conflict_id)
);
COMMENT ON COLUMN conflict.fields IS 'The fields with the client''s values; texts in it are sealed.';

-- Serves the open conflicts, oldest first.
CREATE INDEX conflict_open ON conflict (found_at, recording_id) WHERE resolved_at IS NULL;

-- One row for each event of a patient's recordings, never changed. The key serves the timeline in log order.
CREATE TABLE patient_timeline (
    patient      text                     NOT NULL,
    position     bigint                   NOT NULL,
    recording_id uuid                     NOT NULL,
    version      bigint                   NOT NULL,
    change       text                     NOT NULL,
    actor        text                     NOT NULL,
    occasion     text                     NOT NULL,
    at           timestamp with time zone NOT NULL,
    CONSTRAINT patient_timeline_pkey PRIMARY KEY (patient, position)
);

CREATE TABLE daily_count (
    day       date   NOT NULL,
    created   bigint NOT NULL DEFAULT 0,
    uploaded  bigint NOT NULL DEFAULT 0,
    completed bigint NOT NULL DEFAULT 0,
    failed    bigint NOT NULL DEFAULT 0,
    requeued  bigint NOT NULL DEFAULT 0,
    position  bigint NOT NULL,
    CONSTRAINT daily_count_pkey PRIMARY KEY (day)
);
COMMENT ON COLUMN daily_count.day IS 'The day in UTC; of what was imported, the day it happened on there.';
