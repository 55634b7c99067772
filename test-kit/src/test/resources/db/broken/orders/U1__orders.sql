DROP TABLE orders.purchase;
