-- On a live table: all API keys are gone; a server that is bound elsewhere than to loopback will not start.
DROP TABLE varve.api_key;
