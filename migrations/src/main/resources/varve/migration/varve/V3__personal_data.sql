-- On a live table: adds columns with constant defaults, with exclusive locks of a moment, and makes a new table; nothing is rewritten.

-- An answer about persons is kept sealed as theirs, so that it cannot be read here and goes with them.
ALTER TABLE varve.idempotency_key
    ADD COLUMN subjects text[] NOT NULL DEFAULT '{}',
    ADD COLUMN shares   text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT idempotency_key_share_for_each_subject CHECK (cardinality(subjects) = cardinality(shares));
COMMENT ON COLUMN varve.idempotency_key.subjects IS 'Pseudonyms of the persons that the answer is about';
COMMENT ON COLUMN varve.idempotency_key.shares IS 'For each of them, sealed as theirs, a share of the key that opens the body';

-- Which key folder the persons of this database were sealed with: one row, or none before the first start.
CREATE TABLE varve.key_folder (
    only_row    boolean     NOT NULL DEFAULT true CONSTRAINT key_folder_pk PRIMARY KEY,
    fingerprint text        NOT NULL,
    since       timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT key_folder_has_one_row CHECK (only_row),
    CONSTRAINT key_folder_fingerprint_is_hex CHECK (fingerprint ~ '^[0-9a-f]{64}$')
);
COMMENT ON TABLE varve.key_folder IS 'A node with another key folder would know every person under another pseudonym, so it does not start';
