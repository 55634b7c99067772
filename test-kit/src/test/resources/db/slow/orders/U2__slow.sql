ALTER TABLE orders.purchase DROP COLUMN note;
