package dev.varve.personal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.StreamingAead;
import dev.varve.events.PersonalText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what belongs to a person, opens it again, and erases a person by destroying their key.
 *
 * <p>Whoever records an event seals first: neither an event nor anything made of it ever holds the text itself. Whoever
 * answers a query opens last. After an erasure every node finds the key gone at its next look, which is before each use.
 *
 * <p>Safe for any number of threads and, over a shared key folder, of nodes.
 */
public final class PersonalData {

    private static final int KEYS_KEPT_OPEN = 10_000;
    private static final int PSEUDONYM_BYTES = 16;

    /** Making one key waits for the disk three times, and a disk does that for many at once. */
    private static final int KEYS_MADE_AT_ONCE = 32;

    private final KeyFolder keys;
    private final byte[] pepper;
    private final Map<String, Kept> open = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > KEYS_KEPT_OPEN;
        }
    };

    PersonalData(KeyFolder keys) {
        this.keys = keys;
        this.pepper = keys.pepper();
    }

    /**
     * Opens a key folder, and makes it if it is not there.
     *
     * @throws KeyFolderException if it cannot be used
     */
    public static PersonalData in(PersonalDataSettings settings) {
        Path folder = settings.keyFolder();
        if (folder == null) {
            throw new KeyFolderException("varve.personal-data.key-folder is not set");
        }
        return new PersonalData(new KeyFolder(folder, KeyEncryption.of(KeyEncryptionKeys.of(settings, folder))));
    }

    /** Whether there is a key folder, so that {@link #in} would make none. */
    public static boolean existsIn(PersonalDataSettings settings) {
        Path folder = settings.keyFolder();
        return folder != null && KeyFolder.existsIn(folder);
    }

    /**
     * Asks whether the keys are within reach, and still those that were opened.
     *
     * @throws KeyFolderException if not
     */
    public void check() {
        keys.check(pepper);
    }

    /** Opens every key once, and counts them. */
    public KeyCount count() {
        return keys.count();
    }

    /**
     * The pseudonym that stands for a person: 32 hexadecimal digits, the first half of an HMAC-SHA256 of the identifier
     * under a secret of the key folder.
     *
     * @param kind what the identifier identifies, so that patient 7 and learner 7 are two
     */
    public String subject(String kind, String identifier) {
        return HexFormat.of().formatHex(hmac((kind + "\0" + identifier).getBytes(UTF_8)), 0, PSEUDONYM_BYTES);
    }

    /**
     * The address of content of a person: 64 hexadecimal digits, an HMAC-SHA256 under a secret of the key folder. The same
     * content of two persons has two addresses, and a guess of the content cannot be tested by its address.
     *
     * @param sha256 of the content
     */
    public String contentId(String subject, byte[] sha256) {
        return HexFormat.of().formatHex(hmac((subject + "\0" + HexFormat.of().formatHex(sha256)).getBytes(UTF_8)));
    }

    private byte[] hmac(byte[] input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(pepper, "HmacSHA256"));
            return mac.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    /**
     * Seals a text.
     *
     * @throws ErasedSubjectException if the person was erased
     */
    public PersonalText seal(String subject, String text) {
        return sealer(subject).apply(text);
    }

    /**
     * Seals several texts of one person, whose key is looked for once. To be used at once and not to be kept.
     *
     * @throws ErasedSubjectException if the person was erased
     */
    public Function<String, PersonalText> sealer(String subject) {
        Aead key = keysToSeal(subject).text();
        return text -> {
            try {
                byte[] sealed = key.encrypt(text.getBytes(UTF_8), subject.getBytes(UTF_8));
                return new PersonalText(subject, Base64.getEncoder().encodeToString(sealed));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("a text of subject %s could not be sealed".formatted(subject), e);
            }
        };
    }

    /** The text; empty if its person was erased. */
    public Optional<String> open(PersonalText text) {
        return keysToOpen(text.subject()).map(found -> {
            try {
                byte[] bytes = found.text()
                        .decrypt(
                                Base64.getDecoder().decode(text.sealed()),
                                text.subject().getBytes(UTF_8));
                return new String(bytes, UTF_8);
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                throw new KeyFolderException("a text of subject %s does not fit its key".formatted(text.subject()), e);
            }
        });
    }

    /**
     * A stream that seals what is written to it, a mebibyte at a time; closing it closes the one below.
     *
     * @throws ErasedSubjectException if the person was erased
     */
    public OutputStream sealing(String subject, OutputStream below) throws IOException {
        StreamingAead stream = keysToSeal(subject).stream();
        try {
            return stream.newEncryptingStream(below, subject.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IOException("a stream of subject %s could not be sealed".formatted(subject), e);
        }
    }

    /** A sealed stream, to be read from any place; empty if its person was erased. */
    public Optional<SeekableByteChannel> open(String subject, SeekableByteChannel sealed) throws IOException {
        Optional<SubjectKeys> found = keysToOpen(subject);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try {
            SeekableByteChannel open =
                    found.get().stream().newSeekableDecryptingChannel(sealed, subject.getBytes(UTF_8));
            // Tink knows the size only after it has read; a key that does not fit is noticed now, too.
            ByteBuffer first = ByteBuffer.allocate(1);
            int read = 0;
            while (read == 0) {
                read = open.read(first);
            }
            return Optional.of(open.position(0));
        } catch (GeneralSecurityException e) {
            throw new IOException("a stream of subject %s does not fit its key".formatted(subject), e);
        }
    }

    /**
     * Destroys a person's key, for good.
     *
     * @return whether anything was recorded about them
     */
    public boolean erase(String subject) {
        boolean known = keys.destroy(subject);
        synchronized (open) {
            open.remove(subject);
        }
        return known;
    }

    public boolean erased(String subject) {
        return keys.erased(subject);
    }

    /** Whether their key still lies somewhere in the folder, be they erased or not. */
    public boolean keyRemains(String subject) {
        return keys.holds(subject);
    }

    /** The pseudonyms of all whose key was destroyed in this folder. */
    public List<String> erased() {
        return keys.erased();
    }

    /** Whether anything was ever sealed as theirs, and can still be opened. */
    public boolean known(String subject) {
        return keys.has(subject);
    }

    /** A number of the key folder that tells nothing about its secrets: 64 hexadecimal digits. */
    public String fingerprint() {
        return HexFormat.of().formatHex(hmac("fingerprint of the key folder".getBytes(UTF_8)));
    }

    /** Seals every key under the key encryption key that now stands first; the others can be taken away afterwards. */
    public int sealKeysAgain() {
        return keys.sealAgain();
    }

    /**
     * Makes the keys of persons who have none yet, so that sealing does not wait for the disk for one after the other. For
     * those who were erased it makes none.
     *
     * @throws KeyFolderException if the folder cannot be used; some of the keys may be made by then
     */
    public void makeKeys(Set<String> subjects) {
        List<String> closed;
        synchronized (open) {
            closed = subjects.stream()
                    .filter(subject -> !open.containsKey(subject))
                    .toList();
        }
        if (closed.isEmpty()) {
            return;
        }
        try (ExecutorService makers = Executors.newFixedThreadPool(Math.min(closed.size(), KEYS_MADE_AT_ONCE))) {
            CompletableFuture.allOf(closed.stream()
                            .map(subject -> CompletableFuture.runAsync(() -> makeKey(subject), makers))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof KeyFolderException unusable) {
                throw unusable;
            }
            throw e;
        }
    }

    private void makeKey(String subject) {
        keys.findOrMake(subject).ifPresent(found -> keep(subject, found));
    }

    private SubjectKeys keysToSeal(String subject) {
        Optional<SubjectKeys> kept = keysToOpen(subject);
        return kept.orElseGet(() -> {
            SubjectKeys made = keys.findOrMake(subject).orElseThrow(() -> new ErasedSubjectException(subject));
            keep(subject, made);
            return made;
        });
    }

    private Optional<SubjectKeys> keysToOpen(String subject) {
        TouchedSubjects.note(subject);
        Kept kept;
        synchronized (open) {
            kept = open.get(subject);
        }
        if (kept != null && kept.place.holdsKey()) {
            return Optional.of(kept.keys);
        }
        Optional<SubjectKeys> found = keys.find(subject);
        found.ifPresentOrElse(each -> keep(subject, each), () -> {
            synchronized (open) {
                open.remove(subject);
            }
        });
        return found;
    }

    private void keep(String subject, SubjectKeys found) {
        synchronized (open) {
            open.put(subject, new Kept(found, keys.place(subject)));
        }
    }

    /** Keys that are open, and where to look whether they still may be. */
    private record Kept(SubjectKeys keys, KeyFolder.Place place) {}
}
