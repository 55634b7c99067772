-- On a live table: makes a new, empty table; nothing waits.

-- What a person did to the machinery, and why. Written in the transaction of the deed; nobody changes or removes it.
CREATE TABLE event_store.operator_action (
    number  bigint      GENERATED ALWAYS AS IDENTITY,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor   text        NOT NULL,
    action  text        NOT NULL,
    target  text        NOT NULL,
    reason  text,
    details jsonb       NOT NULL,
    CONSTRAINT operator_action_pk PRIMARY KEY (number),
    CONSTRAINT operator_action_says_who CHECK (actor <> '' AND action <> '' AND target <> ''),
    CONSTRAINT operator_action_details_are_an_object CHECK (jsonb_typeof(details) = 'object')
);
COMMENT ON COLUMN event_store.operator_action.actor IS 'key:<name>, subject:<sub of the token>, local, or cli:<user of the operating system>';
COMMENT ON COLUMN event_store.operator_action.action IS 'A verb with its area, such as log.archive';
COMMENT ON COLUMN event_store.operator_action.target IS 'What it was done to: a subscription, a processor, a range of positions';

CREATE FUNCTION event_store.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only: % refused', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
COMMENT ON FUNCTION event_store.refuse_change() IS
    'Kept for ever: a row takes about 200 bytes and each needs a person. Whoever must remove one has to disable the trigger, as its owner';

CREATE TRIGGER operator_action_is_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event_store.operator_action
FOR EACH STATEMENT EXECUTE FUNCTION event_store.refuse_change();
