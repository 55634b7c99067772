package dev.varve.clinical.events;

/**
 * Audio that is stored under its own digest.
 *
 * @param contentId SHA-256 of the audio as it was sent, 64 hexadecimal digits
 * @param size in bytes, as it was sent
 * @param mediaType for example {@code audio/webm}
 */
public record AudioContent(String contentId, long size, String mediaType) {}
