package dev.varve.outbox.contract;

/**
 * Something to tell others.
 *
 * @param key messages of one key are delivered in order
 * @param payload a record that is a {@link MessageContract}'s
 */
public record PublicMessage(String key, Object payload) {}
