-- Its down file forgets the function.
CREATE TABLE orders.purchase (id int PRIMARY KEY);
CREATE FUNCTION orders.nothing() RETURNS int LANGUAGE sql AS 'SELECT 0';
