-- On a live table: makes new, empty tables; nothing waits.

-- Who gets messages, and how. Changed by operators, and read by every node.
CREATE TABLE outbox.subscription (
    name          text        NOT NULL,
    origin        text        NOT NULL,
    sink          text        NOT NULL,
    settings      jsonb       NOT NULL,
    secrets       jsonb       NOT NULL,
    types         text[]      NOT NULL,
    contexts      text[]      NOT NULL,
    on_refusal    text        NOT NULL,
    attempts      integer     NOT NULL,
    paused        boolean     NOT NULL DEFAULT false,
    paused_reason text,
    revision      bigint      NOT NULL DEFAULT 1,
    made_at       timestamptz NOT NULL DEFAULT now(),
    changed_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subscription_pk PRIMARY KEY (name),
    CONSTRAINT subscription_origin CHECK (origin IN ('configuration', 'operator')),
    CONSTRAINT subscription_on_refusal CHECK (on_refusal IN ('park', 'block', 'skip')),
    CONSTRAINT subscription_attempts CHECK (attempts >= 1)
);
COMMENT ON COLUMN outbox.subscription.types IS 'Types it wants; empty: all';
COMMENT ON COLUMN outbox.subscription.contexts IS 'Contexts it wants; empty: all';
COMMENT ON COLUMN outbox.subscription.revision IS 'Grows with each change, so that the node that delivers notices';

-- How far each subscription has come, and which node works on it. A few updates a second for each row, so the page is kept
-- nearly empty and no changing column is indexed: the updates stay on the page.
CREATE TABLE outbox.delivery (
    subscription  text           NOT NULL,
    position      bigint         NOT NULL,
    done_beyond   int8multirange NOT NULL DEFAULT '{}',
    owner         text,
    epoch         bigint         NOT NULL DEFAULT 0,
    leased_until  timestamptz,
    trouble       text,
    trouble_since timestamptz,
    CONSTRAINT delivery_pk PRIMARY KEY (subscription),
    CONSTRAINT delivery_subscription FOREIGN KEY (subscription) REFERENCES outbox.subscription ON DELETE CASCADE,
    CONSTRAINT delivery_lease CHECK ((owner IS NULL) = (leased_until IS NULL)),
    CONSTRAINT delivery_trouble CHECK ((trouble IS NULL) = (trouble_since IS NULL))
) WITH (fillfactor = 10);
COMMENT ON COLUMN outbox.delivery.position IS 'Checkpoint: everything up to here is delivered, parked or skipped';
COMMENT ON COLUMN outbox.delivery.done_beyond IS 'Positions after the checkpoint that are done as well; complete after a planned hand-over';
COMMENT ON COLUMN outbox.delivery.epoch IS 'Grows when the owner changes; a node that writes with an old one is refused';

-- Nodes that relay, so that each takes its share of the subscriptions.
CREATE TABLE outbox.relay_node (
    name        text        NOT NULL,
    alive_until timestamptz NOT NULL,
    CONSTRAINT relay_node_pk PRIMARY KEY (name)
) WITH (fillfactor = 10);

-- Keys whose messages a sink refused; later messages of the key wait behind.
CREATE TABLE outbox.parked_key (
    subscription text        NOT NULL,
    key          text        NOT NULL,
    reason       text        NOT NULL,
    attempts     integer     NOT NULL,
    parked_at    timestamptz NOT NULL DEFAULT now(),
    retry_up_to  bigint,
    attention    boolean     NOT NULL DEFAULT false,
    CONSTRAINT parked_key_pk PRIMARY KEY (subscription, key),
    CONSTRAINT parked_key_subscription FOREIGN KEY (subscription) REFERENCES outbox.subscription ON DELETE CASCADE
);
CREATE INDEX parked_key_attention ON outbox.parked_key (subscription) WHERE attention;
COMMENT ON INDEX outbox.parked_key_attention IS 'Keys that an operator did something about, asked for with every renewal of a lease';
COMMENT ON COLUMN outbox.parked_key.retry_up_to IS 'Messages up to this position are to be sent again';

CREATE TABLE outbox.parked_message (
    subscription text        NOT NULL,
    position     bigint      NOT NULL,
    key          text        NOT NULL,
    type         text        NOT NULL,
    recorded_at  timestamptz NOT NULL,
    parked_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT parked_message_pk PRIMARY KEY (subscription, position),
    CONSTRAINT parked_message_key FOREIGN KEY (subscription, key) REFERENCES outbox.parked_key ON DELETE CASCADE
);
CREATE INDEX parked_message_by_key ON outbox.parked_message (subscription, key, position);
COMMENT ON INDEX outbox.parked_message_by_key IS 'A key''s messages in order, for retries and lists';

-- Messages that will not be delivered, by policy or by an operator's word.
CREATE TABLE outbox.skipped_message (
    subscription text        NOT NULL,
    position     bigint      NOT NULL,
    key          text        NOT NULL,
    type         text        NOT NULL,
    reason       text        NOT NULL,
    skipped_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT skipped_message_pk PRIMARY KEY (subscription, position),
    CONSTRAINT skipped_message_subscription FOREIGN KEY (subscription) REFERENCES outbox.subscription ON DELETE CASCADE
);

-- Ranges that are sent to one subscription again, beside what it gets live.
CREATE TABLE outbox.replay (
    id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    subscription  text        NOT NULL,
    from_position bigint      NOT NULL,
    to_position   bigint      NOT NULL,
    position      bigint      NOT NULL,
    per_second    integer     NOT NULL,
    types         text[]      NOT NULL DEFAULT '{}',
    keys          text[]      NOT NULL DEFAULT '{}',
    state         text        NOT NULL DEFAULT 'running',
    delivered     bigint      NOT NULL DEFAULT 0,
    withheld      bigint      NOT NULL DEFAULT 0,
    made_at       timestamptz NOT NULL DEFAULT now(),
    ended_at      timestamptz,
    CONSTRAINT replay_pk PRIMARY KEY (id),
    CONSTRAINT replay_subscription FOREIGN KEY (subscription) REFERENCES outbox.subscription ON DELETE CASCADE,
    CONSTRAINT replay_state CHECK (state IN ('running', 'paused', 'done', 'cancelled')),
    CONSTRAINT replay_rate CHECK (per_second >= 1)
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX replay_running ON outbox.replay (subscription) WHERE ended_at IS NULL;
COMMENT ON INDEX outbox.replay_running IS 'The replay that the owner of a subscription works on; one at a time';
COMMENT ON COLUMN outbox.replay.types IS 'Only messages of these; empty for all that the subscription wants';
COMMENT ON COLUMN outbox.replay.keys IS 'Only messages with these; empty for all';
COMMENT ON COLUMN outbox.replay.withheld IS 'Messages that were not sent again, because they were refused or their key is parked';

-- What retention dropped. One row.
CREATE TABLE outbox.retention (
    earliest  bigint  NOT NULL DEFAULT 1,
    singleton boolean NOT NULL DEFAULT true,
    CONSTRAINT retention_pk PRIMARY KEY (singleton),
    CONSTRAINT retention_is_single CHECK (singleton)
);
INSERT INTO outbox.retention DEFAULT VALUES;
COMMENT ON COLUMN outbox.retention.earliest IS 'The lowest position that is kept';
