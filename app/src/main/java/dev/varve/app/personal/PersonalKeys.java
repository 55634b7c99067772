package dev.varve.app.personal;

import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.personal.PersonalData;
import dev.varve.personal.PersonalDataSettings;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;

/** The key folder of a database, found from the same settings whether or not the application runs. */
public final class PersonalKeys {

    private static final String PREFIX = "varve.personal-data";

    private PersonalKeys() {}

    /** What applies to a database unless the settings say otherwise. */
    public static Map<String, Object> defaults(Database database) {
        Path folder = folderIn(database);
        return folder == null ? Map.of() : Map.of(PREFIX + ".key-folder", folder.toString());
    }

    /** The settings as a server would find them here. */
    public static PersonalDataSettings settings(Database database) {
        StandardEnvironment environment = new StandardEnvironment();
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        try {
            return Binder.get(environment)
                    .bindOrCreate(PREFIX, PersonalDataSettings.class)
                    .orFolder(folderIn(database));
        } catch (BindException e) {
            throw new OperatorError("the settings below %s are not valid: %s".formatted(PREFIX, root(e)), e);
        }
    }

    /** Opens the keys as a server would; where there are none yet, they are made. */
    public static PersonalData open(Database database) {
        PersonalDataSettings settings = settings(database);
        if (settings.keyFolder() == null) {
            throw new OperatorError(
                    "%s.key-folder is not set: with a database of your own, give the one folder of all its"
                                    .formatted(PREFIX)
                            + " nodes, for example as VARVE_PERSONAL_DATA_KEY_FOLDER");
        }
        return PersonalData.in(settings);
    }

    // In the data directory and not next to it: whoever mounts or moves that one directory takes the keys along.
    private static @Nullable Path folderIn(Database database) {
        Path folder = database.folder();
        return folder == null ? null : folder.resolve("keys");
    }

    private static @Nullable String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
    }
}
