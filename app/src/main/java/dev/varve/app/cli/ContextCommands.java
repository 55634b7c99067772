package dev.varve.app.cli;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;

/**
 * Finds the commands that contexts contribute below {@code import}, and makes them.
 *
 * <p>A context's command is a Spring bean, but its help and the check of what was typed must not start anything. So
 * it is made twice: first on its own, without the beans that it would be given, to parse; then, when it is to run, it
 * is taken from the application.
 */
final class ContextCommands implements IFactory {

    private static final String CONTEXTS = "dev.varve";
    private static final String COMMAND_SIDE_CLASSES = "**/command/**/*.class";

    private final @Nullable ApplicationContext application;

    private ContextCommands(@Nullable ApplicationContext application) {
        this.application = application;
    }

    /** Commands that can be parsed and cannot be run. */
    static ContextCommands withoutApplication() {
        return new ContextCommands(null);
    }

    /** Commands that can be run. */
    static ContextCommands of(ApplicationContext application) {
        return new ContextCommands(application);
    }

    /** Whether a command belongs to a context and not to the app or to picocli. */
    static boolean contains(Class<?> command) {
        return command.getName().startsWith(CONTEXTS + ".")
                && !command.getName().startsWith(CONTEXTS + ".app.");
    }

    /** The classes of all contexts' commands, by name. */
    List<Class<?>> found() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.setResourcePattern(COMMAND_SIDE_CLASSES);
        scanner.addIncludeFilter(new AnnotationTypeFilter(Command.class));
        return scanner.findCandidateComponents(CONTEXTS).stream()
                .map(BeanDefinition::getBeanClassName)
                .map(Objects::requireNonNull)
                .sorted(Comparator.naturalOrder())
                .<Class<?>>map(name -> ClassUtils.resolveClassName(name, null))
                .filter(ContextCommands::contains)
                .toList();
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        if (contains(type) && type.isAnnotationPresent(Command.class)) {
            return application == null ? withoutBeans(type) : application.getBean(type);
        }
        return CommandLine.defaultFactory().create(type);
    }

    private static <K> K withoutBeans(Class<K> type) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        @Nullable Object[] nothing = new @Nullable Object[constructor.getParameterCount()];
        for (int i = 0; i < nothing.length; i++) {
            Class<?> parameter = constructor.getParameterTypes()[i];
            nothing[i] = parameter.isPrimitive() ? Array.get(Array.newInstance(parameter, 1), 0) : null;
        }
        return type.cast(constructor.newInstance(nothing));
    }
}
