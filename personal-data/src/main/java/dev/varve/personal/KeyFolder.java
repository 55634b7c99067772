package dev.varve.personal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.streamingaead.PredefinedStreamingAeadParameters;
import com.google.crypto.tink.subtle.Random;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
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
    private static final Pattern SUBJECT = Pattern.compile("[0-9a-f]{32}");
    private static final String PEPPER = "pepper";
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
        Path file = folder.resolve(PEPPER);
        try {
            if (!Files.exists(file)) {
                refuseToReplaceALostOne(file);
                byte[] pepper = Random.randBytes(PEPPER_BYTES);
                DurableFiles.createOnce(file, ascii(base64(keyEncryption.encrypt(pepper, associated(PEPPER)))));
            }
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(file, e);
        }
        return read(file);
    }

    private byte[] read(Path pepper) {
        try {
            return keyEncryption.decrypt(
                    Base64.getDecoder().decode(Files.readString(pepper).strip()), associated(PEPPER));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(pepper, e);
        }
    }

    static boolean existsIn(Path folder) {
        return Files.exists(folder.resolve(PEPPER));
    }

    /** Reads the pepper again, which fails when the folder is away, and differs when another one took its place. */
    void check(byte[] pepper) {
        if (!MessageDigest.isEqual(pepper, read(folder.resolve(PEPPER)))) {
            throw new KeyFolderException("%s is not the folder that was opened at start".formatted(folder));
        }
    }

    /** The keys of a person, made if there are none yet; empty if the person was erased. */
    Optional<SubjectKeys> findOrMake(String subject) {
        Optional<SubjectKeys> known = find(subject);
        if (known.isPresent() || erased(subject)) {
            return known;
        }
        Optional<SubjectKeys> made = make(subject);
        if (erased(subject)) {
            // Erased meanwhile: the key that was made too late must not live on.
            destroy(subject);
            return Optional.empty();
        }
        return made.isPresent() ? made : find(subject);
    }

    /** Empty if another thread or node has made them meanwhile. */
    private Optional<SubjectKeys> make(String subject) {
        try {
            KeysetHandle text = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
            KeysetHandle stream = KeysetHandle.generateNew(PredefinedStreamingAeadParameters.AES256_GCM_HKDF_1MB);
            boolean first = DurableFiles.createOnce(file(subject, KEY), ascii(sealed(subject, text, stream)));
            return first ? Optional.of(keys(text, stream)) : Optional.empty();
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(file(subject, KEY), e);
        }
    }

    private static SubjectKeys keys(KeysetHandle text, KeysetHandle stream) throws GeneralSecurityException {
        return new SubjectKeys(
                text.getPrimitive(RegistryConfiguration.get(), Aead.class),
                stream.getPrimitive(RegistryConfiguration.get(), StreamingAead.class));
    }

    /** The keys of a person; empty if there are none, or none any more. */
    Optional<SubjectKeys> find(String subject) {
        Path file = file(subject, KEY);
        if (erased(subject)) {
            return Optional.empty();
        }
        try {
            List<String> lines = Files.readAllLines(file);
            return Optional.of(keys(open(subject, lines.getFirst()), open(subject, lines.getLast())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            if (erased(subject)) {
                // Destroyed while it was being read.
                return Optional.empty();
            }
            throw unusable(file, e);
        }
    }

    /** Whether the key is still there; cheap. */
    boolean has(String subject) {
        return place(subject).holdsKey();
    }

    /** Where a person's key lies, for those who look often. */
    Place place(String subject) {
        return new Place(file(subject, KEY), file(subject, ERASED));
    }

    record Place(Path key, Path erased) {

        boolean holdsKey() {
            return Files.exists(key) && !Files.exists(erased);
        }
    }

    /** Whether a key lies there, also one that is marked as erased and whose process died before it was gone. */
    boolean holds(String subject) {
        return Files.exists(file(subject, KEY));
    }

    boolean erased(String subject) {
        return Files.exists(file(subject, ERASED));
    }

    /** Destroys the key, and says whether there was one. */
    boolean destroy(String subject) {
        Path file = file(subject, KEY);
        try {
            Files.createDirectories(DurableFiles.folderOf(file));
            // The mark comes first: whoever would make a new key meanwhile sees it.
            Files.write(file(subject, ERASED), new byte[0]);
            DurableFiles.force(DurableFiles.folderOf(file));
            if (!Files.exists(file)) {
                return false;
            }
            overwrite(file);
            Files.deleteIfExists(file);
            DurableFiles.force(DurableFiles.folderOf(file));
            return true;
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /** Seals every key, and the pepper, under the first key encryption key. @return how many persons' keys */
    int sealAgain() {
        int count = 0;
        try {
            byte[] pepper = pepper();
            DurableFiles.replace(
                    folder.resolve(PEPPER), ascii(base64(keyEncryption.encrypt(pepper, associated(PEPPER)))));
            for (String subject : subjects(KEY)) {
                if (erased(subject)) {
                    // Marked, and the process died before the key was gone.
                    destroy(subject);
                } else if (sealAgain(subject)) {
                    count++;
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(folder, e);
        }
        return count;
    }

    private boolean sealAgain(String subject) throws IOException, GeneralSecurityException {
        Path file = file(subject, KEY);
        try {
            List<String> lines = Files.readAllLines(file);
            DurableFiles.replace(
                    file, ascii(sealed(subject, open(subject, lines.getFirst()), open(subject, lines.getLast()))));
        } catch (NoSuchFileException | GeneralSecurityException | IllegalArgumentException e) {
            if (erased(subject)) {
                return false;
            }
            throw e;
        }
        if (erased(subject)) {
            // Erased between reading and replacing: what was put back must go again.
            destroy(subject);
            return false;
        }
        return true;
    }

    /** The persons that have a key, or whose key was destroyed. */
    private List<String> subjects(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ending))
                    .map(name -> name.substring(0, name.length() - ending.length()))
                    .filter(name -> SUBJECT.matcher(name).matches())
                    .toList();
        }
    }

    /** Whose key was destroyed here. */
    List<String> erased() {
        try {
            return subjects(ERASED);
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /** Opens every key, which changes nothing. */
    KeyCount count() {
        try {
            long keys = 0;
            for (String subject : subjects(KEY)) {
                keys += find(subject).isPresent() ? 1 : 0;
            }
            return new KeyCount(keys, subjects(ERASED).size());
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    // Another secret would give everybody another pseudonym, and nobody would ever find what was recorded before.
    private void refuseToReplaceALostOne(Path pepper) throws IOException {
        if (Files.isDirectory(folder)
                && !(subjects(KEY).isEmpty() && subjects(ERASED).isEmpty())) {
            throw new KeyFolderException(
                    "%s is missing, but keys of persons are there: bring it back from the copy that".formatted(pepper)
                            + " these keys are from");
        }
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
        if (!SUBJECT.matcher(subject).matches()) {
            throw new IllegalArgumentException("a subject is 32 hexadecimal digits");
        }
        return folder.resolve(subject.substring(0, 2)).resolve(subject + ending);
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

    private static byte[] associated(String subject) {
        return subject.getBytes(UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
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
