package dev.varve.app.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where things lie in a data directory. */
record DataDirectory(Path root) {

    private static final Pattern PORT_OPTION = Pattern.compile("\\bport=([0-9]{1,5})\\b");

    DataDirectory {
        root = root.toAbsolutePath().normalize();
    }

    /** PostgreSQL's own directory; it is there only when it is complete. */
    Path cluster() {
        return root.resolve("postgres");
    }

    Path unfinishedCluster() {
        return root.resolve("postgres.unfinished");
    }

    Path passwordFile() {
        return root.resolve("postgres.password");
    }

    Path serverLog() {
        return root.resolve("postgres.log");
    }

    /** Held, exclusively, while PostgreSQL is being started or stopped. */
    Path startLock() {
        return root.resolve(".start.lock");
    }

    /** Held, shared, by every process that uses PostgreSQL. */
    Path useLock() {
        return root.resolve(".use.lock");
    }

    /** Where the programs go when the user has no cache folder. */
    Path fallbackCache() {
        return root.resolve(".cache");
    }

    boolean isBesideCluster(Path file) {
        return Set.of(passwordFile(), serverLog(), startLock(), useLock(), unfinishedCluster())
                .contains(file.toAbsolutePath().normalize());
    }

    boolean hasCluster() {
        return Files.exists(cluster().resolve("PG_VERSION"));
    }

    String clusterVersion() throws IOException {
        return Files.readString(cluster().resolve("PG_VERSION")).strip();
    }

    /** The port that the server was last started on, by its command line, which PostgreSQL writes down and leaves. */
    Optional<Integer> lastPort() throws IOException {
        Path commandLine = cluster().resolve("postmaster.opts");
        if (!Files.exists(commandLine)) {
            return Optional.empty();
        }
        Matcher port = PORT_OPTION.matcher(Files.readString(commandLine));
        return port.find() ? Optional.of(Integer.valueOf(port.group(1))) : Optional.empty();
    }

    String password() throws IOException {
        return Files.readString(passwordFile()).strip();
    }

    /** Makes a password that only the owner of the data directory can read. */
    void writeNewPassword() throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Files.deleteIfExists(passwordFile());
        Files.createFile(
                passwordFile(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                passwordFile(),
                Base64.getUrlEncoder().withoutPadding().encodeToString(random) + System.lineSeparator(),
                StandardOpenOption.WRITE);
    }

    void create() throws IOException {
        if (Files.isDirectory(root)) {
            return;
        }
        Files.createDirectories(root);
        Files.setPosixFilePermissions(root, Set.copyOf(PosixFilePermissions.fromString("rwx------")));
    }
}
