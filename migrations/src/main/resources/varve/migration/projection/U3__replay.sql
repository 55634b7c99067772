-- On a live table: waits until nobody uses the table; knowledge of past replays is lost.
DROP TABLE projection.replay;
