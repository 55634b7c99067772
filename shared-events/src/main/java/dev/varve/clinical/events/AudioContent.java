package dev.varve.clinical.events;

/**
 * Audio that is stored under an address made of its content.
 *
 * @param contentId 64 hexadecimal digits, the same for the same bytes of the same patient; an HMAC of their SHA-256
 * @param size in bytes, as it was sent
 * @param mediaType for example {@code audio/webm}
 */
public record AudioContent(String contentId, long size, String mediaType) {}
