package dev.varve.personal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Opens the key folder when somebody first seals or opens something. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PersonalDataSettings.class)
final class PersonalDataConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(PersonalDataConfiguration.class);
    private static final int KEY_BYTES = 32;

    @Bean
    @Lazy
    PersonalData personalData(PersonalDataSettings settings) {
        return new PersonalData(new KeyFolder(settings.keyFolder(), KeyEncryption.of(keyEncryptionKeys(settings))));
    }

    private static List<String> keyEncryptionKeys(PersonalDataSettings settings) {
        if (!settings.keyEncryptionKeys().isEmpty()) {
            return settings.keyEncryptionKeys();
        }
        Path given = settings.keyEncryptionKeyFile();
        Path file = given == null ? settings.keyFolder().resolve("key-encryption.keys") : given;
        try {
            if (given == null) {
                LOG.warn(
                        "the keys of persons are sealed under {}, which lies beside them: give "
                                + "varve.personal-data.key-encryption-keys",
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

    private static void makeOnce(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, Base64.getEncoder().encodeToString(key) + "\n", StandardOpenOption.SYNC);
        } catch (FileAlreadyExistsException e) {
            LOG.debug("the key encryption key was made by an earlier start");
        }
    }
}
