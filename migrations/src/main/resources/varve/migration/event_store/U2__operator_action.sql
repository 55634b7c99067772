-- Loses the record of what operators did.
DROP TABLE event_store.operator_action;
DROP FUNCTION event_store.refuse_change();
