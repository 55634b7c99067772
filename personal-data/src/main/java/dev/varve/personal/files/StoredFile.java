package dev.varve.personal.files;

/**
 * A file that is kept.
 *
 * @param contentId its address: 64 hexadecimal digits, the same for the same bytes of the same person, and telling nothing
 *     about either to whoever lacks the key folder
 * @param size in bytes, as it came in
 */
public record StoredFile(String contentId, long size) {}
