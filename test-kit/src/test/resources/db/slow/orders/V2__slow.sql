-- Takes a minute.
ALTER TABLE orders.purchase ADD COLUMN note text;
SELECT pg_sleep(60);
