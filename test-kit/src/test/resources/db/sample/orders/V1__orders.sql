-- New table: no lock on anything that exists.
CREATE TYPE orders.state AS ENUM ('open', 'paid');
CREATE TABLE orders.purchase (
    id uuid PRIMARY KEY,
    state orders.state NOT NULL DEFAULT 'open',
    total numeric(12, 2) NOT NULL,
    CONSTRAINT purchase_total_positive CHECK (total > 0)
);
CREATE INDEX purchase_by_state ON orders.purchase (state);
COMMENT ON INDEX orders.purchase_by_state IS 'serves the list of open purchases';
CREATE FUNCTION orders.open_total() RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT sum(total) FROM orders.purchase WHERE state = 'open'; -- ${not a placeholder}
$$;
