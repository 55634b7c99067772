INSERT INTO event_store.event VALUES
    (1, 'e-1', 'Order', 'order-1', 0, 'orders.order-placed', NULL, '2026-02-23 04:18:10+00', '2026-02-23 04:18:10+00', '{"total":12}', '{}'),
    (2, 'e-2', 'Order', 'order-1', 1, 'orders.order-paid', '2', '2026-02-23 04:18:11+00', '2026-02-23 04:18:11+00', '{}', '{}');
INSERT INTO event_store.stream VALUES ('order-1', 'Order', 1);
INSERT INTO event_store.snapshot VALUES ('order-1', 1, 'Order', 's-1', 'orders.order', NULL, '2026-02-23 04:18:12+00', '{}', '{}');
INSERT INTO event_store.command_receipt VALUES ('c-1', 2);
INSERT INTO event_store.token (processor, segment, position, claimed_at) VALUES ('orders', 0, 2, now());
INSERT INTO event_store.dead_letter (dead_letter_id, processing_group, sequence_identifier, sequence_index, message_type,
    event_identifier, time_stamp, payload_type, payload, enqueued_at)
VALUES ('d-1', 'orders', 'order-1', 0, 'event', 'e-2', '2026-02-23T04:18:11Z', 'orders.order-paid', '{}', '2026-02-23T04:18:13Z');
INSERT INTO event_store.operator_action (actor, action, target, details) VALUES ('cli:root', 'log.verify', 'log', '{}');
SELECT event_store.seal_next(10);
INSERT INTO event_store.adoption (source, type_names, state, last_position, last_index, finished_at)
VALUES ('public.domain_event_entry of database shop', '{}', 'finished', 2, 5, now());
INSERT INTO event_store.adopted_range VALUES (1, 1, 3), (2, 2, 5);
