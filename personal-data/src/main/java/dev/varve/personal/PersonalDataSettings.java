package dev.varve.personal;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the keys of persons are. Read at start.
 *
 * @param keyFolder the folder with one key for each person. All nodes share it; back it up apart from the database and
 *     keep those copies only as long as an erased person may come back with them. With the embedded PostgreSQL {@code
 *     keys} in the data directory unless given; must be given with a database of your own, because nodes with folders of
 *     their own would know the same person under two names
 * @param keyEncryptionKeys the keys that seal the folder's keys: 32 bytes each, in Base64, for example from
 *     {@code openssl rand -base64 32}. The first one seals, the others open what was sealed before a rotation. Best given
 *     by the environment as {@code VARVE_PERSONAL_DATA_KEY_ENCRYPTION_KEYS}, separated by commas
 * @param keyEncryptionKeyFile a file with those keys instead, one a line. Without either one, {@code
 *     key-encryption.keys} in the key folder is made and used, which protects nothing from who can read the folder
 */
// The folder is null until the settings are checked as a whole, which then demand it.
@SuppressWarnings("MultipleNullnessAnnotations")
@ConfigurationProperties(prefix = "varve.personal-data", ignoreUnknownFields = false)
public record PersonalDataSettings(
        @NotNull(message = "must be given with a database of your own: the one folder of all its nodes") @Nullable Path keyFolder,

        @DefaultValue List<String> keyEncryptionKeys,
        @Nullable Path keyEncryptionKeyFile) {

    static final int KEY_BYTES = 32;

    public PersonalDataSettings {
        keyEncryptionKeys = List.copyOf(keyEncryptionKeys);
        List<String> violations = new ArrayList<>();
        for (int i = 0; i < keyEncryptionKeys.size(); i++) {
            // The text itself is the secret, so it is not repeated.
            if (!isKey(keyEncryptionKeys.get(i))) {
                violations.add("varve.personal-data.key-encryption-keys[%d] must be %d bytes in Base64"
                        .formatted(i, KEY_BYTES));
            }
        }
        if (!keyEncryptionKeys.isEmpty() && keyEncryptionKeyFile != null) {
            violations.add("varve.personal-data.key-encryption-keys and key-encryption-key-file exclude each other");
        }
        if (!violations.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", violations));
        }
    }

    /** The same with a folder, if none was given. */
    public PersonalDataSettings orFolder(@Nullable Path folder) {
        return keyFolder == null ? new PersonalDataSettings(folder, keyEncryptionKeys, keyEncryptionKeyFile) : this;
    }

    private static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "PersonalDataSettings[keyFolder=%s, %d keys, keyEncryptionKeyFile=%s]"
                .formatted(keyFolder, keyEncryptionKeys.size(), keyEncryptionKeyFile);
    }
}
