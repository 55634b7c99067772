INSERT INTO projection.progress VALUES ('orders.list', 0, 2);
