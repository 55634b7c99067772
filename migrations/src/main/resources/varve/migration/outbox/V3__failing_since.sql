-- On a live table: adds a column without a default, with an exclusive lock of a moment; nothing is rewritten.

-- A subscription whose sink has failed for too long is paused, whichever nodes it failed on.
ALTER TABLE outbox.delivery ADD COLUMN failing_since timestamptz;
COMMENT ON COLUMN outbox.delivery.failing_since IS 'Since when every answer of the sink was a failure; null when the last one was not';
