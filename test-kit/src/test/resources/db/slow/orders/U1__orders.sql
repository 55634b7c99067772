SELECT pg_sleep(60);
DROP TABLE orders.purchase;
