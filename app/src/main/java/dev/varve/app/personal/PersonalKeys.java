package dev.varve.app.personal;

import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.personal.PersonalData;
import dev.varve.personal.PersonalDataSettings;
import dev.varve.personal.files.PersonalFiles;
import dev.varve.personal.files.PersonalFilesSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;

/** The keys and files of persons that belong to a database, found from the same settings whether or not the application runs. */
public final class PersonalKeys {

    private static final String KEYS = "varve.personal-data";
    private static final String FILES = "varve.personal-files";

    private PersonalKeys() {}

    /** What applies to a database unless the settings say otherwise. */
    public static Map<String, Object> defaults(Database database) {
        Path folder = database.folder();
        return folder == null
                ? Map.of()
                : Map.of(
                        KEYS + ".key-folder", keysIn(folder).toString(),
                        FILES + ".folder", filesIn(folder).toString());
    }

    /** The settings as a server would find them here. */
    public static PersonalDataSettings settings(Database database) {
        Path folder = database.folder();
        return bind(KEYS, PersonalDataSettings.class).orFolder(folder == null ? null : keysIn(folder));
    }

    /** Opens the keys as a server would; where there are none yet, they are made. */
    public static PersonalData open(Database database) {
        PersonalDataSettings settings = settings(database);
        if (settings.keyFolder() == null) {
            throw notSet(KEYS + ".key-folder", "VARVE_PERSONAL_DATA_KEY_FOLDER");
        }
        return PersonalData.in(settings);
    }

    /** The files of persons, as a server would find them here. */
    public static PersonalFiles files(Database database, PersonalData personalData, Clock clock) {
        Path folder = database.folder();
        PersonalFilesSettings settings =
                bind(FILES, PersonalFilesSettings.class).orFolder(folder == null ? null : filesIn(folder));
        if (settings.folder() == null) {
            throw notSet(FILES + ".folder", "VARVE_PERSONAL_FILES_FOLDER");
        }
        return PersonalFiles.in(settings, personalData, clock);
    }

    private static <T> T bind(String prefix, Class<T> settings) {
        StandardEnvironment environment = new StandardEnvironment();
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        try {
            return Binder.get(environment).bindOrCreate(prefix, settings);
        } catch (BindException e) {
            throw new OperatorError("the settings below %s are not valid: %s".formatted(prefix, root(e)), e);
        }
    }

    private static OperatorError notSet(String property, String variable) {
        return new OperatorError("%s is not set: with a database of your own, give the one folder of all its nodes, for"
                        .formatted(property)
                + " example as %s".formatted(variable));
    }

    // In the data directory and not next to it: whoever mounts or moves that one directory takes them along.
    private static Path keysIn(Path folder) {
        return folder.resolve("keys");
    }

    private static Path filesIn(Path folder) {
        return folder.resolve("files");
    }

    private static @Nullable String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
    }
}
