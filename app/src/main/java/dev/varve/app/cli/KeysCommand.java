package dev.varve.app.cli;

import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.app.security.ApiKey;
import dev.varve.app.security.ApiKeySecret;
import dev.varve.app.security.ApiKeys;
import dev.varve.app.security.Role;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** API keys, made and revoked in the database itself: no server has to run, and one that runs notices in seconds. */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(name = "keys", description = "Create, list and revoke API keys.")
final class KeysCommand implements Runnable {

    private static final int NAME_LIMIT = 100;

    @Mixin
    private final DatabaseOptions database = new DatabaseOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw wrong("say what to do: create, list or revoke");
    }

    @Command(name = "create", description = "Make a key and show it, once.")
    int create(
            @Option(names = "--name", required = true, paramLabel = "NAME", description = "Who will use it.")
                    String name,
            @Option(
                            names = "--role",
                            required = true,
                            paramLabel = "ROLE",
                            split = ",",
                            description = "command, query or admin; repeat it, or separate by commas.")
                    List<String> roles) {
        if (name.isBlank() || name.length() > NAME_LIMIT || name.chars().anyMatch(Character::isISOControl)) {
            throw wrong("--name must have 1 to " + NAME_LIMIT + " characters, and no control characters");
        }
        List<Role> granted = roles.stream().distinct().map(this::role).toList();
        ApiKeySecret secret = ApiKeySecret.create(new SecureRandom());
        try (Database open = database.openMigrated()) {
            new ApiKeys(open.dataSource()).add(name, granted, secret, Instant.now());
        } catch (ApiKeys.NameInUse e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
        out().println(secret.value());
        // Beside the output, so that KEY=$(./varve keys create …) takes the key alone.
        err().println("Key '" + name + "' may " + words(granted) + ". It is not stored and not shown again.");
        err().println("Send it as  Authorization: Bearer vk_…  or  X-API-Key: vk_…");
        return CommandLine.ExitCode.OK;
    }

    @Command(name = "list", description = "List all keys, revoked ones too; never their secrets.")
    int list() {
        List<ApiKey> keys;
        try (Database open = database.openMigrated()) {
            keys = new ApiKeys(open.dataSource()).list();
        }
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"NAME", "ROLES", "CREATED", "LAST USED", "REVOKED"});
        keys.forEach(key -> rows.add(new String[] {
            key.name(), words(key.roles()), key.createdAt().toString(), time(key.lastUsedAt()), time(key.revokedAt())
        }));
        int name = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
        rows.forEach(row -> out().printf("%-" + name + "s  %-20s  %-27s  %-27s  %s%n", (Object[]) row));
        out().flush();
        return CommandLine.ExitCode.OK;
    }

    @Command(name = "revoke", description = "End a key for good. A running server refuses it after a few seconds.")
    int revoke(@Parameters(paramLabel = "NAME", description = "Its name, as list shows it.") String name) {
        try (Database open = database.openMigrated()) {
            if (!new ApiKeys(open.dataSource()).revoke(name, Instant.now())) {
                throw new OperatorError("no key named '" + name + "' is in use; ./varve keys list shows all");
            }
        }
        err().println("Key '" + name + "' is revoked.");
        return CommandLine.ExitCode.OK;
    }

    private Role role(String word) {
        return Role.of(word).orElseThrow(() -> wrong("--role must be command, query or admin"));
    }

    private static String words(List<Role> roles) {
        return roles.stream().map(Role::word).collect(Collectors.joining(","));
    }

    private static String time(@Nullable Instant time) {
        return time == null ? "-" : time.toString();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(new CommandLine(spec), message);
    }
}
