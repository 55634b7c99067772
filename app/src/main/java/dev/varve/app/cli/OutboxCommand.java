package dev.varve.app.cli;

import dev.varve.app.assembly.Application;
import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.outbox.FailurePolicy;
import dev.varve.outbox.FailurePolicy.OnRefusal;
import dev.varve.outbox.MessageLog;
import dev.varve.outbox.ParkedMessageException;
import dev.varve.outbox.ParkedMessages;
import dev.varve.outbox.ParkedMessages.By;
import dev.varve.outbox.ParkedMessages.Group;
import dev.varve.outbox.ParkedMessages.ParkedKey;
import dev.varve.outbox.ParkedMessages.Query;
import dev.varve.outbox.ReplayRunningException;
import dev.varve.outbox.Replays;
import dev.varve.outbox.Replays.Range;
import dev.varve.outbox.Sinks;
import dev.varve.outbox.StartPosition;
import dev.varve.outbox.Subscription;
import dev.varve.outbox.SubscriptionConfiguredException;
import dev.varve.outbox.SubscriptionExistsException;
import dev.varve.outbox.SubscriptionFilter;
import dev.varve.outbox.SubscriptionStatus;
import dev.varve.outbox.SubscriptionUnknownException;
import dev.varve.outbox.SubscriptionUnreadableException;
import dev.varve.outbox.Subscriptions;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/**
 * Subscriptions and what their sinks refused, in the database itself: no server has to run, and one that runs takes it up
 * within a second.
 */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(name = "outbox", description = "Subscriptions to public messages, and messages that were refused.")
final class OutboxCommand implements Runnable {

    private static final int MOST = 1_000;

    @Mixin
    private final DatabaseOptions database = new DatabaseOptions();

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "As JSON, for programs.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw MissingSubcommand.of(spec);
    }

    /** Which of the parked keys are meant. */
    static final class Selection {
        @Option(names = "--position", paramLabel = "POSITION", description = "One message.")
        private @Nullable Long position;

        @Option(names = "--key", paramLabel = "KEY", description = "One key.")
        private @Nullable String key;

        @Option(names = "--refused-for", paramLabel = "TEXT", description = "Keys that were refused for this.")
        private @Nullable String reason;

        @Option(names = "--type", paramLabel = "TYPE", description = "Keys whose first message is of this type.")
        private @Nullable String type;

        @Option(names = "--all", description = "All keys.")
        private boolean all;

        private Query query() {
            if (all && (key != null || reason != null || type != null)) {
                throw new IllegalArgumentException("--all excludes --key, --refused-for and --type");
            }
            return new Query(key, reason, type, null);
        }
    }

    @Command(name = "list", description = "List all subscriptions and how they are doing.")
    int list() {
        return with((tables, open) -> {
            List<SubscriptionStatus> all = tables.subscriptions().all();
            if (json) {
                print(all);
                return;
            }
            SubscriptionTable.print(all, out());
        });
    }

    @Command(name = "show", description = "Show one subscription.")
    int show(@Parameters(paramLabel = "NAME") String name) {
        return with((tables, open) -> print(tables.subscriptions().status(name)));
    }

    @Command(name = "add", description = "Add a subscription.")
    int add(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--sink",
                            required = true,
                            paramLabel = "KIND",
                            description = "Such as kafka, webhook, log.")
                    String sink,
            @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A setting of the sink; repeat it.")
                    @Nullable Map<String, String> settings,
            @Option(names = "--type", split = ",", description = "Types wanted; all if left out.") @Nullable Set<String> types,
            @Option(names = "--context", split = ",", description = "Contexts wanted; all if left out.") @Nullable Set<String> contexts,
            @Option(
                            names = "--start",
                            defaultValue = "now",
                            description = "beginning, now, a position or an instant (default: now).")
                    String start,
            @Option(names = "--on-refusal", defaultValue = "park", description = "park, block or skip (default: park).")
                    OnRefusal onRefusal,
            @Option(names = "--attempts", defaultValue = "5", description = "Before that (default: 5).") int attempts,
            @Option(names = "--reason", paramLabel = "TEXT") @Nullable String reason) {
        return with((tables, open) -> {
            // The kinds of sinks are the application's, which may have some of its own.
            try (ConfigurableApplicationContext application = Application.withoutWeb(open)) {
                Subscription wanted = application
                        .getBean(Sinks.class)
                        .subscription(
                                name,
                                sink,
                                settings == null ? Map.of() : settings,
                                new SubscriptionFilter(
                                        types == null ? Set.of() : types, contexts == null ? Set.of() : contexts),
                                new FailurePolicy(onRefusal, attempts));
                tables.subscriptions().add(wanted, StartPosition.parse("--start", start), reason, CliActor.name());
            }
        });
    }

    @Command(
            name = "change",
            description = "Change a subscription; what is left out stays, and so does its checkpoint.")
    int change(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--sink", paramLabel = "KIND", description = "Another one takes no settings over.")
                    @Nullable String sink,
            @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A setting of the sink; repeat it.")
                    @Nullable Map<String, String> settings,
            @Option(names = "--unset", paramLabel = "NAME", description = "A setting to take away; repeat it.")
                    @Nullable Set<String> unset,
            @Option(names = "--type", split = ",", description = "Types wanted; all if empty.") @Nullable Set<String> types,
            @Option(names = "--context", split = ",", description = "Contexts wanted; all if empty.") @Nullable Set<String> contexts,
            @Option(names = "--on-refusal", description = "park, block or skip.") @Nullable OnRefusal onRefusal,
            @Option(names = "--attempts", description = "Before that.") @Nullable Integer attempts,
            @Option(names = "--reason", paramLabel = "TEXT") @Nullable String reason) {
        return with((tables, open) -> {
            tables.subscriptions().status(name);
            try (ConfigurableApplicationContext application = Application.withoutWeb(open)) {
                Sinks sinks = application.getBean(Sinks.class);
                Map<String, @Nullable String> changes = new HashMap<>(settings == null ? Map.of() : settings);
                (unset == null ? Set.<String>of() : unset).forEach(setting -> changes.put(setting, null));
                UnaryOperator<Subscription> wanted = known -> {
                    String kind = sink == null ? known.sink() : sink;
                    return sinks.subscription(
                            name,
                            kind,
                            known.settingsAfter(kind, changes),
                            new SubscriptionFilter(
                                    types == null ? known.filter().types() : named(types),
                                    contexts == null ? known.filter().contexts() : named(contexts)),
                            new FailurePolicy(
                                    onRefusal == null ? known.policy().onRefusal() : onRefusal,
                                    attempts == null ? known.policy().attempts() : attempts));
                };
                tables.subscriptions().change(name, wanted, reason, CliActor.name());
            }
        });
    }

    private static Set<String> named(Set<String> given) {
        return given.stream().filter(name -> !name.isBlank()).collect(Collectors.toSet());
    }

    @Command(name = "pause", description = "Let a sink rest; messages wait.")
    int pause(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--reason", paramLabel = "TEXT") @Nullable String reason) {
        return with((tables, open) -> tables.subscriptions().pause(name, reason, CliActor.name()));
    }

    @Command(name = "resume", description = "Go on after a pause.")
    int resume(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--reason", paramLabel = "TEXT") @Nullable String reason) {
        return with((tables, open) -> tables.subscriptions().resume(name, reason, CliActor.name()));
    }

    @Command(name = "remove", description = "Remove a subscription, its parked messages included.")
    int remove(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--reason", paramLabel = "TEXT") @Nullable String reason) {
        return with((tables, open) -> tables.subscriptions().remove(name, reason, CliActor.name()));
    }

    @Command(name = "parked", description = "List the parked keys, or count them by what they have in common.")
    int parked(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--by", paramLabel = "WHAT", description = "Count by reason, type or key.") @Nullable By by,
            @Option(names = "--key", paramLabel = "KEY", description = "Only this key.") @Nullable String key,
            @Option(names = "--refused-for", paramLabel = "TEXT", description = "Only keys that were refused for this.")
                    @Nullable String refusedFor,
            @Option(
                            names = "--type",
                            paramLabel = "TYPE",
                            description = "Only keys whose first message is of this type.")
                    @Nullable String type,
            @Option(
                            names = "--retrying",
                            negatable = true,
                            description = "Only keys that are being tried again, or only keys that are not.")
                    @Nullable Boolean retrying,
            @Option(names = "--messages", description = "List each message.") boolean each) {
        return with((tables, open) -> {
            tables.subscriptions().status(name);
            Query query = new Query(key, refusedFor, type, retrying);
            if (each) {
                print(tables.parked().messages(name, query, 0, MOST));
                return;
            }
            if (by != null) {
                List<Group> groups = tables.parked().groups(name, by, query);
                if (json) {
                    print(groups);
                } else {
                    groups.forEach(group -> out().printf(
                                    "%8d messages of %6d keys  %s%n", group.messages(), group.keys(), group.value()));
                }
                return;
            }
            List<ParkedKey> keys = tables.parked().keys(name, query, MOST);
            if (json) {
                print(keys);
            } else {
                keys.forEach(parked -> out().printf(
                                "%-36s first %12s, %6d messages, %3d attempts, since %s: %s%s%n",
                                parked.key(),
                                parked.firstPosition(),
                                parked.messages(),
                                parked.attempts(),
                                parked.parkedAt(),
                                parked.reason(),
                                parked.retrying() ? " (retrying)" : ""));
            }
        });
    }

    @Command(name = "retry", description = "Try parked messages again, in order of their keys.")
    int retry(
            @Parameters(paramLabel = "NAME") String name,
            @ArgGroup(exclusive = false, multiplicity = "1") Selection selection,
            @Option(names = "--reason", paramLabel = "TEXT") @Nullable String reason) {
        return with((tables, open) -> {
            tables.subscriptions().status(name);
            Long position = selection.position;
            if (position != null) {
                tables.parked().retryOne(name, position, reason, CliActor.name());
            } else {
                int keys = tables.parked().retry(name, selection.query(), reason, CliActor.name());
                say(keys + " keys are tried again");
            }
        });
    }

    @Command(name = "skip", description = "Give parked messages up.")
    int skip(
            @Parameters(paramLabel = "NAME") String name,
            @ArgGroup(exclusive = false, multiplicity = "1") Selection selection,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why they are given up.")
                    String reason) {
        return with((tables, open) -> {
            tables.subscriptions().status(name);
            Long position = selection.position;
            if (position != null) {
                tables.parked().skipOne(name, position, reason, CliActor.name());
            } else {
                int keys = tables.parked().skip(name, selection.query(), reason, CliActor.name());
                say("messages of " + keys + " keys were skipped");
            }
        });
    }

    @Command(name = "replay", description = "Send messages again, marked as a replay, beside the live ones.")
    int replay(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--from",
                            defaultValue = "beginning",
                            description = "beginning, a position after which to begin, or an instant.")
                    String from,
            @Option(
                            names = "--to",
                            paramLabel = "TO",
                            defaultValue = "now",
                            description = "now, the last position, or an instant before which the last was recorded.")
                    String to,
            @Option(names = "--type", paramLabel = "TYPE", description = "Only messages of this type; repeat for more.")
                    @Nullable List<String> types,
            @Option(names = "--key", paramLabel = "KEY", description = "Only messages with this key; repeat for more.")
                    @Nullable List<String> keys,
            @Option(
                            names = "--rate",
                            defaultValue = "" + Replays.PER_SECOND,
                            description = "Messages a second, at most (default: ${DEFAULT-VALUE}).")
                    int rate,
            @Option(names = "--dry-run", description = "Only say how many messages it would send.") boolean dryRun,
            @Option(names = "--cancel", description = "Stop the one that is running.") boolean cancel,
            @Option(names = "--reason", paramLabel = "TEXT") @Nullable String reason) {
        return with((tables, open) -> {
            if (cancel) {
                say(tables.replays().cancel(name, reason, CliActor.name()) ? "cancelled" : "no replay is running");
                return;
            }
            Range range = new Range(
                    StartPosition.parse("--from", from),
                    StartPosition.parse("--to", to),
                    types == null ? Set.of() : Set.copyOf(types),
                    keys == null ? Set.of() : Set.copyOf(keys));
            if (dryRun) {
                say(tables.replays().count(name, range) + " messages would be sent");
            } else {
                say("replay " + tables.replays().start(name, range, rate, reason, CliActor.name()) + " is running");
            }
        });
    }

    private record Tables(Subscriptions subscriptions, ParkedMessages parked, Replays replays) {}

    @FunctionalInterface
    private interface Work {
        void on(Tables tables, Database open);
    }

    private int with(Work work) {
        try (Database open = database.openMigrated()) {
            DataSource dataSource = open.dataSource();
            MessageLog messages = new MessageLog(dataSource);
            work.on(
                    new Tables(
                            new Subscriptions(dataSource, messages),
                            new ParkedMessages(dataSource),
                            new Replays(dataSource, messages)),
                    open);
            out().flush();
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        } catch (SubscriptionUnknownException
                | SubscriptionConfiguredException
                | SubscriptionExistsException
                | SubscriptionUnreadableException
                | ReplayRunningException
                | ParkedMessageException e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    private void print(Object facts) {
        out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(facts));
    }

    private void say(String text) {
        out().println(text);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
