-- On a live table: makes a new, empty table; nothing waits.
CREATE TABLE varve.idempotency_key (
    principal    text        NOT NULL,
    key          text        NOT NULL CONSTRAINT idempotency_key_length CHECK (length(key) BETWEEN 1 AND 255),
    request_hash bytea       NOT NULL CONSTRAINT idempotency_key_hash_is_sha_256 CHECK (octet_length(request_hash) = 32),
    -- Whose attempt it is: an attempt that was taken over cannot store its answer any more.
    attempt      uuid        NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    -- Until then the attempt is taken to be running.
    running_until timestamptz NOT NULL,
    status       integer,
    headers      text[],
    body         bytea,
    PRIMARY KEY (principal, key),
    CONSTRAINT idempotency_key_answer_is_whole
        CHECK (num_nulls(status, headers, body) IN (0, 3))
)
-- Each row is updated once: room on its page keeps that update out of the indexes.
WITH (fillfactor = 80);

-- Serves: delete what has expired, oldest first.
CREATE INDEX idempotency_key_expiry ON varve.idempotency_key (expires_at);
