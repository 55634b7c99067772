-- Loses nothing: a moment's lock on the receipts.
DROP INDEX event_store.command_receipt_recorded_at;
