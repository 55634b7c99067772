package dev.varve.personal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.crypto.tink.subtle.Random;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the key that seals the keys comes from: the settings, a file, or one that is made in the key folder. */
final class KeyEncryptionKeys {

    private static final Logger LOG = LoggerFactory.getLogger(KeyEncryptionKeys.class);

    private KeyEncryptionKeys() {}

    static List<String> of(PersonalDataSettings settings, Path keyFolder) {
        if (!settings.keyEncryptionKeys().isEmpty()) {
            return settings.keyEncryptionKeys();
        }
        Path given = settings.keyEncryptionKeyFile();
        Path file = given == null ? besideTheKeys(keyFolder) : given;
        try {
            if (given == null) {
                LOG.warn(
                        "event=personal-keys-unprotected file={} remedy=\"the keys of persons are sealed under a key that"
                                + " lies beside them: give varve.personal-data.key-encryption-keys\"",
                        file);
                makeOnce(file);
            }
            List<String> keys = Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
            if (keys.isEmpty()) {
                throw new KeyFolderException("%s holds no key".formatted(file));
            }
            return keys;
        } catch (IOException e) {
            throw new KeyFolderException("%s cannot be used".formatted(file), e);
        }
    }

    private static Path besideTheKeys(Path keyFolder) {
        return keyFolder.resolve("key-encryption.keys");
    }

    private static void makeOnce(Path file) throws IOException {
        if (Files.exists(file) || KeyFolder.existsIn(DurableFiles.folderOf(file))) {
            // A new one would open nothing of what is there.
            return;
        }
        byte[] key = Random.randBytes(PersonalDataSettings.KEY_BYTES);
        DurableFiles.createOnce(file, (Base64.getEncoder().encodeToString(key) + "\n").getBytes(US_ASCII));
    }
}
