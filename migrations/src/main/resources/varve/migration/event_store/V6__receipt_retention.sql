-- On a live table: the index is built beside the traffic, which waits for nothing. What an earlier try left invalid goes first.
-- Serves: delete the receipts that are older than the retention, oldest first.
DROP INDEX CONCURRENTLY IF EXISTS event_store.command_receipt_recorded_at;
CREATE INDEX CONCURRENTLY command_receipt_recorded_at ON event_store.command_receipt (recorded_at);
