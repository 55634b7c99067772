INSERT INTO varve.api_key (key_id, name, key_hash, roles, created_at)
VALUES ('00000000-0000-0000-0000-000000000001', 'till', sha256('secret'), '{query}', now());
INSERT INTO varve.idempotency_key (principal, key, request_hash, attempt, created_at, expires_at, running_until)
VALUES ('till', 'k-1', sha256('request'), '00000000-0000-0000-0000-000000000002', now(), now(), now());
INSERT INTO varve.key_folder (fingerprint) VALUES (repeat('0', 64));
