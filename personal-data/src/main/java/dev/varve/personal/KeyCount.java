package dev.varve.personal;

/**
 * What a key folder holds.
 *
 * @param persons who have a key
 * @param erased whose key was destroyed
 */
public record KeyCount(long persons, long erased) {}
