-- Forgets every subscription, and what it had delivered and parked; takes exclusive locks on small tables only.
DROP TABLE outbox.retention;
DROP TABLE outbox.replay;
DROP TABLE outbox.skipped_message;
DROP TABLE outbox.parked_message;
DROP TABLE outbox.parked_key;
DROP TABLE outbox.relay_node;
DROP TABLE outbox.delivery;
DROP TABLE outbox.subscription;
