-- On a live table: stored answers about persons are gone; a request that is repeated afterwards runs again.
DELETE FROM varve.idempotency_key WHERE subjects <> '{}';
ALTER TABLE varve.idempotency_key
    DROP CONSTRAINT idempotency_key_share_for_each_subject,
    DROP COLUMN shares,
    DROP COLUMN subjects;
DROP TABLE varve.key_folder;
