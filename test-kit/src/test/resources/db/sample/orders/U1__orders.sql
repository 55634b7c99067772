DROP FUNCTION IF EXISTS orders.paid_total();
DROP FUNCTION orders.open_total();
DROP TABLE orders.purchase;
DROP TYPE orders.state;
