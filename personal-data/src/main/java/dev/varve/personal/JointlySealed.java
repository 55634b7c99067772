package dev.varve.personal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Random;
import dev.varve.events.PersonalText;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Bytes about several persons, which open only while none of them is erased.
 *
 * <p>They are sealed under a key of their own; that key is the exclusive or of one share for each person, each sealed as
 * theirs.
 *
 * @param shares one for each person
 * @param sealed the bytes by AES-GCM
 */
// Never compared, so that the bytes' equality is that of the array does not matter.
@SuppressWarnings("ArrayRecordComponent")
public record JointlySealed(List<PersonalText> shares, byte[] sealed) {

    private static final int KEY_BYTES = 32;
    private static final byte[] PURPOSE = "varve jointly sealed".getBytes(US_ASCII);

    public JointlySealed {
        shares = List.copyOf(shares);
    }

    /**
     * Seals bytes as those of all these persons.
     *
     * @throws ErasedSubjectException if one of them was erased
     */
    public static JointlySealed of(PersonalData personalData, Collection<String> subjects, byte[] bytes) {
        byte[] key = new byte[KEY_BYTES];
        List<PersonalText> shares = new ArrayList<>();
        for (String subject : new TreeSet<>(subjects)) {
            byte[] share = Random.randBytes(KEY_BYTES);
            add(key, share);
            shares.add(personalData.seal(subject, Base64.getEncoder().encodeToString(share)));
        }
        if (shares.isEmpty()) {
            throw new IllegalArgumentException("what is sealed is somebody's");
        }
        try {
            return new JointlySealed(shares, aead(key).encrypt(bytes, PURPOSE));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("bytes could not be sealed", e);
        }
    }

    /** The bytes; empty if one of the persons was erased. */
    public Optional<byte[]> open(PersonalData personalData) {
        byte[] key = new byte[KEY_BYTES];
        for (PersonalText share : shares) {
            Optional<String> opened = personalData.open(share);
            if (opened.isEmpty()) {
                return Optional.empty();
            }
            add(key, Base64.getDecoder().decode(opened.get()));
        }
        try {
            return Optional.of(aead(key).decrypt(sealed, PURPOSE));
        } catch (GeneralSecurityException e) {
            throw new KeyFolderException("jointly sealed bytes do not fit their shares", e);
        }
    }

    private static Aead aead(byte[] key) throws GeneralSecurityException {
        return new AesGcmJce(key);
    }

    private static void add(byte[] key, byte[] share) {
        for (int i = 0; i < KEY_BYTES; i++) {
            key[i] ^= share[i];
        }
    }
}
