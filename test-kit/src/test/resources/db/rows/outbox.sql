INSERT INTO outbox.message VALUES (1, '00000000-0000-0000-0000-000000000001', 'orders.order', 'order-1', 'orders.order-paid.v1',
    '{"total": 12}', '2026-02-23 04:18:11', 2, '{}');
INSERT INTO outbox.subscription (name, origin, sink, settings, secrets, types, contexts, on_refusal, attempts)
    VALUES ('ledger', 'operator', 'log', '{"payload": "true"}', '{"token": "t"}', '{orders.order-paid.v1}', '{orders}', 'park', 5);
INSERT INTO outbox.delivery (subscription, position, done_beyond, owner, epoch, leased_until, trouble, trouble_since, failing_since)
    VALUES ('ledger', 1, '{[3,5)}', 'node-1', 7, '2026-02-23 04:18:11Z', 'maintenance', '2026-02-23 04:18:10Z', '2026-02-23 04:18:09Z');
INSERT INTO outbox.relay_node VALUES ('node-1', '2026-02-23 04:18:11Z');
INSERT INTO outbox.parked_key (subscription, key, reason, attempts) VALUES ('ledger', 'order-1', 'too large', 5);
INSERT INTO outbox.parked_message (subscription, position, key, type, recorded_at)
    VALUES ('ledger', 1, 'order-1', 'orders.order-paid.v1', '2026-02-23 04:18:11Z');
INSERT INTO outbox.skipped_message (subscription, position, key, type, reason)
    VALUES ('ledger', 2, 'order-2', 'orders.order-paid.v1', 'outdated');
INSERT INTO outbox.replay (subscription, from_position, to_position, position, per_second) VALUES ('ledger', 0, 1, 0, 100);
