package dev.varve.personal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.streamingaead.PredefinedStreamingAeadParameters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keys of persons in a folder that all nodes share and that is backed up apart from the database, so that a copy of the
 * database alone opens nothing.
 *
 * <p>One file a person, {@code ab/abcdef….key}: two lines, the keysets for texts and for streams, as Tink writes an
 * encrypted keyset, in Base64. A key that is destroyed is overwritten and removed, and {@code ab/abcdef….erased} is left.
 */
final class KeyFolder {

    private static final int PEPPER_BYTES = 32;
    private static final String KEY = ".key";
    private static final String ERASED = ".erased";

    private final Path folder;
    private final Aead keyEncryption;

    KeyFolder(Path folder, KeyEncryption keyEncryption) {
        this.folder = folder;
        this.keyEncryption = keyEncryption.aead();
    }

    /** The secret that turns identifiers into pseudonyms; made when it is first needed, and never changed. */
    byte[] pepper() {
        Path file = folder.resolve("pepper");
        try {
            if (!Files.exists(file)) {
                byte[] pepper = new byte[PEPPER_BYTES];
                new SecureRandom().nextBytes(pepper);
                createOnce(file, base64(keyEncryption.encrypt(pepper, associated("pepper"))));
            }
            return keyEncryption.decrypt(
                    Base64.getDecoder().decode(Files.readString(file).strip()), associated("pepper"));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(file, e);
        }
    }

    /** The keys of a person, made if there are none yet; empty if the person was erased. */
    Optional<SubjectKeys> findOrMake(String subject) {
        Optional<SubjectKeys> known = find(subject);
        if (known.isPresent() || erased(subject)) {
            return known;
        }
        try {
            KeysetHandle text = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
            KeysetHandle stream = KeysetHandle.generateNew(PredefinedStreamingAeadParameters.AES256_GCM_HKDF_1MB);
            createOnce(file(subject, KEY), sealed(subject, text, stream));
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(file(subject, KEY), e);
        }
        if (erased(subject)) {
            // Erased meanwhile: the key that was made too late must not live on.
            destroy(subject);
        }
        return find(subject);
    }

    Optional<SubjectKeys> find(String subject) {
        Path file = file(subject, KEY);
        try {
            List<String> lines = Files.readAllLines(file);
            return Optional.of(new SubjectKeys(
                    open(subject, lines.getFirst()).getPrimitive(RegistryConfiguration.get(), Aead.class),
                    open(subject, lines.getLast()).getPrimitive(RegistryConfiguration.get(), StreamingAead.class)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(file, e);
        }
    }

    /** Whether the key is still there; cheap. */
    boolean has(String subject) {
        return Files.exists(file(subject, KEY));
    }

    boolean erased(String subject) {
        return Files.exists(file(subject, ERASED));
    }

    /** Destroys the key, and says whether there was one. */
    boolean destroy(String subject) {
        Path file = file(subject, KEY);
        try {
            Files.createDirectories(folderOf(file));
            // The mark comes first: whoever would make a new key meanwhile sees it.
            Files.write(file(subject, ERASED), new byte[0]);
            force(folderOf(file));
            if (!Files.exists(file)) {
                return false;
            }
            overwrite(file);
            Files.deleteIfExists(file);
            force(folderOf(file));
            return true;
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /** Seals every key, and the pepper, under the first key encryption key. @return how many persons' keys */
    int sealAgain() {
        pepper();
        Path pepper = folder.resolve("pepper");
        int count = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            replace(pepper, base64(keyEncryption.encrypt(pepper(), associated("pepper"))));
            for (Path file : files.filter(each -> each.toString().endsWith(KEY)).toList()) {
                String name = file.getFileName().toString();
                String subject = name.substring(0, name.length() - KEY.length());
                List<String> lines = Files.readAllLines(file);
                replace(file, sealed(subject, open(subject, lines.getFirst()), open(subject, lines.getLast())));
                count++;
            }
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(folder, e);
        }
        return count;
    }

    private String sealed(String subject, KeysetHandle text, KeysetHandle stream) throws GeneralSecurityException {
        return seal(subject, text) + "\n" + seal(subject, stream);
    }

    private String seal(String subject, KeysetHandle keys) throws GeneralSecurityException {
        return base64(TinkProtoKeysetFormat.serializeEncryptedKeyset(keys, keyEncryption, associated(subject)));
    }

    private KeysetHandle open(String subject, String line) throws GeneralSecurityException {
        return TinkProtoKeysetFormat.parseEncryptedKeyset(
                Base64.getDecoder().decode(line), keyEncryption, associated(subject));
    }

    private Path file(String subject, String ending) {
        return folder.resolve(subject.substring(0, 2)).resolve(subject + ending);
    }

    /** Written whole and on disk before it has its name; whoever comes second keeps the first one's. */
    private static void createOnce(Path file, String content) throws IOException {
        Files.createDirectories(folderOf(file));
        Path unfinished = written(file, content);
        try {
            Files.createLink(file, unfinished);
            force(folderOf(file));
        } catch (FileAlreadyExistsException e) {
            // Another thread or node was faster; its key is the one.
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static void replace(Path file, String content) throws IOException {
        Path unfinished = written(file, content);
        try {
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        force(folderOf(file));
    }

    private static Path written(Path file, String content) throws IOException {
        Path unfinished = Files.createTempFile(folderOf(file), ".unfinished-", "");
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return unfinished;
    }

    private static void overwrite(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer zeroes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
            while (zeroes.hasRemaining()) {
                channel.write(zeroes);
            }
            channel.force(true);
        } catch (NoSuchFileException e) {
            // Another node destroys the same key.
        }
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path folderOf(Path file) {
        return Objects.requireNonNull(file.getParent(), "a file of the key folder has a folder");
    }

    private static byte[] associated(String subject) {
        return subject.getBytes(UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static KeyFolderException unusable(Path file, @Nullable Exception cause) {
        String message = cause instanceof GeneralSecurityException
                ? "%s was sealed under a key encryption key that is not given, or was changed".formatted(file)
                : "%s cannot be used".formatted(file);
        return new KeyFolderException(message, cause == null ? new IOException(message) : cause);
    }
}
