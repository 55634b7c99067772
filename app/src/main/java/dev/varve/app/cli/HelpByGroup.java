package dev.varve.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Lists the commands below the headings that they name with {@link CommandGroup}. */
final class HelpByGroup implements IHelpSectionRenderer {

    static void install(CommandLine commandLine) {
        commandLine.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
        commandLine.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new HelpByGroup());
    }

    @Override
    public String render(Help help) {
        StringBuilder text = new StringBuilder();
        for (CommandGroup.Heading heading : CommandGroup.Heading.values()) {
            List<String[]> lines = lines(help.commandSpec().subcommands(), heading);
            if (!lines.isEmpty()) {
                text.append("%n%s%n".formatted(heading.text()));
                lines.forEach(line -> text.append("  %-13s %s%n".formatted(line[0], line[1])));
            }
        }
        return text.toString();
    }

    private static List<String[]> lines(Map<String, CommandLine> commands, CommandGroup.Heading heading) {
        List<String[]> lines = new ArrayList<>();
        commands.forEach((name, command) -> {
            if (!command.getCommandSpec().helpCommand() && headingOf(command) == heading) {
                String[] description = command.getCommandSpec().usageMessage().description();
                lines.add(new String[] {name, description.length == 0 ? "" : description[0]});
            }
        });
        return lines;
    }

    private static CommandGroup.Heading headingOf(CommandLine command) {
        @Nullable CommandGroup group = command.getCommandSpec().userObject().getClass().getAnnotation(CommandGroup.class);
        return group == null ? CommandGroup.Heading.DEVELOP : group.value();
    }
}
