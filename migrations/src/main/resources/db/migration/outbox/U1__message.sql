-- Loses every message: takes exclusive locks on empty or abandoned tables only.
DROP PUBLICATION varve_outbox;
DROP FUNCTION outbox.make_partition(bigint, bigint);
DROP TABLE outbox.message;
