package dev.varve.personal;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.streamingaead.StreamingAeadConfig;
import com.google.crypto.tink.util.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;

/**
 * The key that seals the keys. The first one given seals; the others open what was sealed before a rotation.
 *
 * <p>A key's number, by which Tink finds it again, is the beginning of its SHA-256, so their order does not matter.
 */
final class KeyEncryption {

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    static {
        try {
            AeadConfig.register();
            StreamingAeadConfig.register();
        } catch (GeneralSecurityException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Aead aead;

    private KeyEncryption(Aead aead) {
        this.aead = aead;
    }

    /** @param keys 32 bytes each, in Base64 */
    static KeyEncryption of(List<String> keys) {
        try {
            AesGcmParameters parameters = AesGcmParameters.builder()
                    .setKeySizeBytes(KEY_BYTES)
                    .setIvSizeBytes(NONCE_BYTES)
                    .setTagSizeBytes(TAG_BYTES)
                    .setVariant(AesGcmParameters.Variant.TINK)
                    .build();
            KeysetHandle.Builder keyset = KeysetHandle.newBuilder();
            boolean first = true;
            for (String key : keys) {
                byte[] bytes = bytes(key);
                int number = ByteBuffer.wrap(
                                MessageDigest.getInstance("SHA-256").digest(bytes))
                        .getInt();
                KeysetHandle.Builder.Entry entry = KeysetHandle.importKey(AesGcmKey.builder()
                                .setParameters(parameters)
                                .setKeyBytes(SecretBytes.copyFrom(bytes, InsecureSecretKeyAccess.get()))
                                .setIdRequirement(number)
                                .build())
                        .withFixedId(number);
                keyset.addEntry(first ? entry.makePrimary() : entry);
                first = false;
            }
            return new KeyEncryption(keyset.build().getPrimitive(RegistryConfiguration.get(), Aead.class));
        } catch (GeneralSecurityException e) {
            throw new KeyFolderException("the key encryption keys cannot be used", e);
        }
    }

    private static byte[] bytes(String key) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(key);
        } catch (IllegalArgumentException e) {
            // The text itself is the secret, so it is not repeated.
            throw new KeyFolderException("a key encryption key is not Base64");
        }
        if (bytes.length != KEY_BYTES) {
            throw new KeyFolderException(
                    "a key encryption key has %d bytes and must have %d".formatted(bytes.length, KEY_BYTES));
        }
        return bytes;
    }

    Aead aead() {
        return aead;
    }
}
