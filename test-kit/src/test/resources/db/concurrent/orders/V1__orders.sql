-- New table: no lock on anything that exists.
CREATE TABLE orders.purchase (id int NOT NULL);
