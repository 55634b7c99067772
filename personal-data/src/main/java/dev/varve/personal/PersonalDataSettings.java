package dev.varve.personal;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the keys of persons are. Read at start.
 *
 * @param keyFolder the folder with one key for each person. All nodes share it; back it up apart from the database and
 *     keep those copies only as long as an erased person may come back with them
 * @param keyEncryptionKeys the keys that seal the folder's keys: 32 bytes each, in Base64, for example from
 *     {@code openssl rand -base64 32}. The first one seals, the others open what was sealed before a rotation. Best given
 *     by the environment as {@code VARVE_PERSONAL_DATA_KEY_ENCRYPTION_KEYS}, separated by commas
 * @param keyEncryptionKeyFile a file with those keys instead, one a line. Without either one, {@code
 *     key-encryption.keys} in the key folder is made and used, which protects nothing from who can read the folder
 */
@ConfigurationProperties(prefix = "varve.personal-data", ignoreUnknownFields = false)
public record PersonalDataSettings(
        @DefaultValue("data/keys") Path keyFolder,
        @DefaultValue List<String> keyEncryptionKeys,
        @Nullable Path keyEncryptionKeyFile) {

    public PersonalDataSettings {
        keyEncryptionKeys = List.copyOf(keyEncryptionKeys);
        if (!keyEncryptionKeys.isEmpty() && keyEncryptionKeyFile != null) {
            throw new IllegalArgumentException(
                    "varve.personal-data.key-encryption-keys and key-encryption-key-file exclude each other");
        }
    }

    @Override
    public String toString() {
        return "PersonalDataSettings[keyFolder=%s, %d keys, keyEncryptionKeyFile=%s]"
                .formatted(keyFolder, keyEncryptionKeys.size(), keyEncryptionKeyFile);
    }
}
