package dev.varve.personal.files;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A file on its way in. Whose it is may be known only when all of it is here: a form may name the person last.
 *
 * <p>Not for several threads.
 */
public abstract class IncomingFile extends OutputStream {

    /** How many bytes have come. */
    public abstract long size();

    /** The first bytes, at most 64 of them, by which a media type is recognized. */
    public abstract byte[] head();

    /** The address under which it would be kept. Nothing more may be written afterwards. */
    public abstract String contentId(String subject);

    /**
     * Keeps it as a person's, whole and on disk.
     *
     * @throws dev.varve.personal.ErasedSubjectException if the person was erased, also if that happens now
     */
    public abstract StoredFile keep(String subject) throws IOException;

    /** Leaves nothing behind unless it was kept. */
    @Override
    public abstract void close() throws IOException;
}
