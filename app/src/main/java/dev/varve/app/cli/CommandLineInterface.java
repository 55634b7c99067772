package dev.varve.app.cli;

import dev.varve.app.assembly.Logs;
import dev.varve.app.operator.OperatorError;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Takes the arguments of the process and answers with its exit code. */
public final class CommandLineInterface {

    private CommandLineInterface() {}

    /** Runs a command: 0 success, 1 failure, 2 wrong usage. */
    public static int run(String... args) {
        Logs.quiet();
        return of(args).execute(args);
    }

    /** All commands, ready to parse these arguments and to run them. */
    static CommandLine of(String... args) {
        CommandLine commandLine = of(List.of(args), ContextCommands.withoutApplication());
        commandLine.setExecutionStrategy(
                parsed -> needsApplication(parsed) ? runImport(parsed, args) : new RunLast().execute(parsed));
        return commandLine;
    }

    private static boolean needsApplication(ParseResult parsed) {
        List<CommandLine> typed = parsed.asCommandLineList();
        boolean ofContext = ContextCommands.contains(
                typed.getLast().getCommandSpec().userObject().getClass());
        return ofContext && typed.stream().noneMatch(CommandLine::isUsageHelpRequested);
    }

    private static int runImport(ParseResult parsed, String... args) {
        ImportCommand imports = (ImportCommand)
                Objects.requireNonNull(parsed.subcommand()).commandSpec().userObject();
        return imports.runWithApplication(application ->
                of(List.of(args), ContextCommands.of(application)).execute(args));
    }

    /**
     * All commands.
     *
     * @param args what was typed; contexts are searched for commands only if it asks for them
     */
    static CommandLine of(List<String> args, ContextCommands contexts) {
        CommandLine root = new CommandLine(new VarveCommand(), contexts);
        if (args.contains(ImportCommand.NAME)) {
            CommandLine imports = Objects.requireNonNull(root.getSubcommands().get(ImportCommand.NAME));
            contexts.found().forEach(command -> imports.addSubcommand(new CommandLine(command, contexts)));
        }
        root.setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command));
        root.setParameterExceptionHandler((wrong, typed) -> reportUsage(wrong));
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setUsageHelpLongOptionsMaxWidth(28);
        root.setUsageHelpAutoWidth(true);
        addHelpOption(root);
        root.getCommandSpec()
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Show the version and end.")
                        .build());
        HelpByGroup.install(root);
        return root;
    }

    private static void addHelpOption(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        if (spec.findOption("--help") == null && !spec.helpCommand()) {
            spec.addOption(OptionSpec.builder("-h", "--help")
                    .usageHelp(true)
                    .description("Show this and end.")
                    .build());
        }
        command.getSubcommands().values().forEach(CommandLineInterface::addHelpOption);
    }

    private static int report(Exception failure, CommandLine command) {
        command.getErr().println("varve: " + message(failure));
        if (System.getenv("VARVE_DEBUG") != null) {
            failure.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String message(Exception failure) {
        if (failure instanceof OperatorError && failure.getMessage() != null) {
            return failure.getMessage();
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        @Nullable String message = root.getMessage();
        if (root instanceof OperatorError && message != null) {
            return message;
        }
        return "%s%s (VARVE_DEBUG=1 shows where)"
                .formatted(root.getClass().getSimpleName(), message == null ? "" : ": " + message);
    }

    private static int reportUsage(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        command.getErr().println("varve: " + wrong.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(wrong, command.getErr())) {
            command.getErr().println("Try: ./" + command.getCommandSpec().qualifiedName() + " --help");
        }
        return CommandLine.ExitCode.USAGE;
    }
}
