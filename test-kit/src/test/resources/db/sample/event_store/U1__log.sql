DROP TABLE event_store.entry;
