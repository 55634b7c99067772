DROP INDEX orders.purchase_id;
