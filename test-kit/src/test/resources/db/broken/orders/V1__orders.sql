-- Fails at its second statement.
CREATE TABLE orders.purchase (id int PRIMARY KEY);
ALTER TABLE orders.no_such_table ADD COLUMN note text;
