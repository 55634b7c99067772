-- Forgets every subscription, and what it had delivered and parked; takes exclusive locks on small tables only.
DROP FUNCTION outbox.position_before(timestamptz);
DROP FUNCTION outbox.read_messages(bigint, bigint, text[], text[]);
DROP TABLE outbox.retention;
DROP TABLE outbox.replay;
DROP TABLE outbox.skipped_message;
DROP TABLE outbox.parked_message;
DROP TABLE outbox.parked_key;
DROP TABLE outbox.relay_node;
DROP TABLE outbox.delivery;
DROP TABLE outbox.subscription;
