package dev.varve.personal.files;

/**
 * Some files.
 *
 * @param bytes on disk
 */
public record FileCount(long files, long bytes) {

    static final FileCount NONE = new FileCount(0, 0);

    FileCount plus(long moreBytes) {
        return new FileCount(files + 1, bytes + moreBytes);
    }
}
