-- On a live table: stored answers are gone; a request that is repeated afterwards runs again.
DROP TABLE varve.idempotency_key;
