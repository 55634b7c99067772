-- On a live table: makes a new, empty table; nothing waits.
CREATE TABLE varve.api_key (
    key_id       uuid        PRIMARY KEY,
    name         text        NOT NULL CONSTRAINT api_key_has_name CHECK (length(name) BETWEEN 1 AND 100),
    -- SHA-256 of the key. Enough for a random secret of 256 bits: there is nothing to guess, so nothing to slow down.
    key_hash     bytea       NOT NULL CONSTRAINT api_key_hash_is_sha_256 CHECK (octet_length(key_hash) = 32),
    roles        text[]      NOT NULL CONSTRAINT api_key_has_known_roles
                             CHECK (cardinality(roles) > 0 AND roles <@ ARRAY['command', 'query', 'admin']),
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    -- Kept for ever: that a key once existed is what keeps authentication on.
    revoked_at   timestamptz
);

-- Serves: who is this, at each request that is not answered from memory.
CREATE UNIQUE INDEX api_key_hash ON varve.api_key (key_hash);

-- Serves: revoke by name, and no two keys in use under one name.
CREATE UNIQUE INDEX api_key_name_in_use ON varve.api_key (name) WHERE revoked_at IS NULL;
