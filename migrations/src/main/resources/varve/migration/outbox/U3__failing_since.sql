-- On a live table: an exclusive lock of a moment. How long sinks have failed is forgotten; it counts anew.
ALTER TABLE outbox.delivery DROP COLUMN failing_since;
