INSERT INTO outbox.message VALUES (1, '00000000-0000-0000-0000-000000000001', 'orders.order', 'order-1', 'orders.order-paid.v1',
    '{"total": 12}', '2026-02-23 04:18:11', 2, '{}');
