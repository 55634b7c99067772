CREATE OR REPLACE FUNCTION orders.paid_total() RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT sum(total) FROM orders.purchase WHERE state = 'paid';
$$;
