package dev.varve.personal.files;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import com.google.crypto.tink.subtle.Random;
import dev.varve.events.PersonalText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;

/**
 * How a file lies on disk: a header of {@value #HEADER_BYTES} bytes (the mark, the length of the sealed key, the file's own
 * key sealed under its person's key, zeroes), then the content sealed under the file's own key by Tink's AES-GCM-HKDF in
 * segments of a mebibyte.
 *
 * <p>The own key makes it possible to seal what comes in before it is known whose it is; the header is written last.
 */
final class SealedForm {

    static final int HEADER_BYTES = 1_024;

    private static final int MARK = 0x56465331; // VFS1
    private static final int KEY_BYTES = 32;
    private static final int SEGMENT_BYTES = 1_048_576;
    private static final byte[] PURPOSE = "varve personal file".getBytes(US_ASCII);

    private SealedForm() {}

    static byte[] newKey() {
        return Random.randBytes(KEY_BYTES);
    }

    static byte[] purpose() {
        return PURPOSE.clone();
    }

    static StreamingAead sealing(byte[] key) throws IOException {
        try {
            return new AesGcmHkdfStreaming(key, "HmacSha256", KEY_BYTES, SEGMENT_BYTES, 0);
        } catch (GeneralSecurityException e) {
            throw new IOException("a file cannot be sealed", e);
        }
    }

    static String text(byte[] key) {
        return Base64.getEncoder().encodeToString(key);
    }

    static ByteBuffer header(PersonalText sealedKey) {
        byte[] sealed = sealedKey.sealed().getBytes(US_ASCII);
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putInt(MARK).putInt(sealed.length).put(sealed);
        return header.clear();
    }

    /** The sealed key of a file; empty if the file has no header, so was never kept. */
    static Optional<PersonalText> sealedKey(SeekableByteChannel file, String subject) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        file.position(0);
        while (header.hasRemaining() && file.read(header) >= 0) {
            // A channel may give less than was asked for.
        }
        header.flip();
        if (header.limit() < HEADER_BYTES || header.getInt() != MARK) {
            return Optional.empty();
        }
        int length = header.getInt();
        if (length <= 0 || length > header.remaining()) {
            return Optional.empty();
        }
        byte[] sealed = new byte[length];
        header.get(sealed);
        return Optional.of(new PersonalText(subject, new String(sealed, US_ASCII)));
    }

    static SeekableByteChannel opened(SeekableByteChannel file, String key) throws IOException {
        try {
            SeekableByteChannel open = sealing(Base64.getDecoder().decode(key))
                    .newSeekableDecryptingChannel(new WithoutHeader(file, HEADER_BYTES), PURPOSE);
            // Tink knows the size only after it has read; a key that does not fit is noticed now, too.
            ByteBuffer first = ByteBuffer.allocate(1);
            int read = 0;
            while (read == 0) {
                read = open.read(first);
            }
            return open.position(0);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("a file does not fit its key", e);
        }
    }
}
