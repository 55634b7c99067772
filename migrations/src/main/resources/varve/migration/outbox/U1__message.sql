-- Loses every message: takes exclusive locks on empty or abandoned tables only.
DROP FUNCTION IF EXISTS outbox.position_before;
DROP FUNCTION IF EXISTS outbox.read_messages;
DROP PUBLICATION varve_outbox;
DROP FUNCTION outbox.make_partition(bigint, bigint);
DROP TABLE outbox.message;
