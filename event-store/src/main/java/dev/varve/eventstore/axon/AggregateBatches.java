package dev.varve.eventstore.axon;

import dev.varve.eventstore.axon.PostgresEventStorageEngine.Loaded;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.config.AggregateConfiguration;
import org.axonframework.config.Configuration;
import org.axonframework.messaging.MessageHandler;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.modelling.command.AggregateAnnotationCommandHandler;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.modelling.command.IdentifierMissingException;
import org.axonframework.modelling.command.inspection.AggregateModel;
import org.axonframework.modelling.command.inspection.AnnotatedAggregateMetaModelFactory;
import org.jspecify.annotations.Nullable;

/**
 * A batch of commands is one question for the streams of all, one decision after the other, and one append.
 *
 * <p>The aggregates decide, with the handlers they have for single commands, each in a unit of work of its own, which the
 * correlation data of its events comes from. What goes beyond an aggregate and its events stays out: interceptors and
 * monitors of the command bus, subscribers of the event bus, snapshots. Commands that this cannot do, and all of a batch
 * that lost a race for one of its streams, are dispatched one by one.
 */
public final class AggregateBatches implements CommandBatches {

    private static final int MOST_EVENTS = 1_000;
    private static final long MOST_BYTES = 8L << 20;

    private final Supplier<Configuration> configuration;
    private final PostgresEventStorageEngine engine;
    private final CommandBatches oneByOne;
    private volatile @Nullable Handlers handlers;

    /**
     * Made before Axon has started, used afterwards.
     *
     * @param configuration whose aggregates decide
     * @param dispatcher for what is dispatched one by one
     */
    public AggregateBatches(
            Supplier<Configuration> configuration, PostgresEventStorageEngine engine, CommandDispatcher dispatcher) {
        this.configuration = configuration;
        this.engine = engine;
        this.oneByOne = CommandBatches.oneByOne(dispatcher);
    }

    @Override
    public List<Answer> dispatch(List<?> commands) {
        Handlers known = handlers();
        List<CommandMessage<Object>> messages =
                commands.stream().map(GenericCommandMessage::asCommandMessage).toList();
        List<Answer> answers = new ArrayList<>(messages.size());
        while (answers.size() < messages.size()) {
            List<CommandMessage<Object>> rest = messages.subList(answers.size(), messages.size());
            List<Target> targets = known.targets(rest);
            answers.addAll(targets.isEmpty() ? oneByOne.dispatch(rest.subList(0, 1)) : together(known, rest, targets));
        }
        return answers;
    }

    /** A command and who handles it. */
    private record Target(String stream, MessageHandler<CommandMessage<?>> handler) {}

    /** Answers the first of these commands, as many as fit into a batch. */
    private List<Answer> together(Handlers known, List<CommandMessage<Object>> messages, List<Target> targets) {
        Set<String> streams = new LinkedHashSet<>();
        targets.forEach(target -> streams.add(target.stream));
        Map<String, Optional<Loaded>> loaded = engine.loadAll(List.copyOf(streams));
        CommandBatch batch = new CommandBatch(engine, loaded);
        @Nullable Answer[] answers = new Answer[targets.size()];
        int decided = 0;
        while (decided < targets.size() && batch.events() < MOST_EVENTS && batch.bytes() < MOST_BYTES) {
            Target target = targets.get(decided);
            if (batch.knows(target.stream)) {
                answers[decided] = decide(known, batch, messages.get(decided), target);
            }
            decided++;
        }
        try {
            batch.write();
        } catch (ConcurrencyException | AggregateStreamCreationException e) {
            return oneByOne.dispatch(messages.subList(0, decided));
        }
        List<Answer> all = new ArrayList<>(decided);
        for (int n = 0; n < decided; n++) {
            Answer answer = answers[n];
            all.add(
                    answer == null
                            ? oneByOne.dispatch(messages.subList(n, n + 1)).getFirst()
                            : answer);
        }
        return all;
    }

    private static Answer decide(Handlers known, CommandBatch batch, CommandMessage<Object> message, Target target) {
        DefaultUnitOfWork<CommandMessage<Object>> work = DefaultUnitOfWork.startAndGet(message);
        Map<String, Object> correlated = known.correlated(message);
        work.registerCorrelationDataProvider(any -> correlated);
        work.resources().put(CommandBatch.KEY, batch);
        try {
            target.handler.handle(message);
            work.commit();
        } catch (Exception e) {
            if (work.isActive()) {
                work.rollback(e);
            }
            batch.refuse(target.stream);
            return new Answer.Failed(RetryingCommandDispatcher.asUnchecked(e));
        } catch (Error e) {
            work.rollback(e);
            throw e;
        }
        return new Answer.Done(batch.accept());
    }

    private Handlers handlers() {
        Handlers known = handlers;
        if (known == null) {
            known = Handlers.of(configuration.get());
            handlers = known;
        }
        return known;
    }

    /** Who handles which command. */
    private record Handlers(
            Map<String, MessageHandler<CommandMessage<?>>> byCommand,
            CommandTargetResolver targets,
            List<CorrelationDataProvider> correlations) {

        static Handlers of(Configuration configuration) {
            CommandTargetResolver targets =
                    configuration.getComponent(CommandTargetResolver.class, RememberingCommandTargetResolver::new);
            Map<String, MessageHandler<CommandMessage<?>>> byCommand = new HashMap<>();
            for (AggregateConfiguration<?> aggregate : configuration.findModules(AggregateConfiguration.class)) {
                if (!Modifier.isAbstract(aggregate.aggregateType().getModifiers())) {
                    AggregateAnnotationCommandHandler<?> handler = handler(configuration, aggregate, targets);
                    handler.supportedCommandNames().forEach(name -> byCommand.put(name, handler));
                }
            }
            return new Handlers(byCommand, targets, configuration.correlationDataProviders());
        }

        private static <T> AggregateAnnotationCommandHandler<T> handler(
                Configuration configuration, AggregateConfiguration<T> aggregate, CommandTargetResolver targets) {
            AggregateModel<T> model = AnnotatedAggregateMetaModelFactory.inspectAggregate(
                    aggregate.aggregateType(),
                    configuration.parameterResolverFactory(),
                    configuration.handlerDefinition(aggregate.aggregateType()));
            return AggregateAnnotationCommandHandler.<T>builder()
                    .aggregateModel(model)
                    .repository(new BatchRepository<>(model, aggregate.aggregateFactory()))
                    .commandTargetResolver(targets)
                    .build();
        }

        /** What the events of this command say of where they come from. */
        Map<String, Object> correlated(CommandMessage<Object> message) {
            Map<String, Object> data = new HashMap<>();
            correlations.forEach(provider -> data.putAll(provider.correlationDataFor(message)));
            return data;
        }

        /** Of the first of these commands, up to one that cannot be done in a batch. */
        List<Target> targets(List<CommandMessage<Object>> messages) {
            List<Target> found = new ArrayList<>(messages.size());
            for (CommandMessage<Object> message : messages) {
                Optional<Target> target = target(message);
                if (target.isEmpty()) {
                    break;
                }
                found.add(target.get());
            }
            return found;
        }

        private Optional<Target> target(CommandMessage<Object> message) {
            MessageHandler<CommandMessage<?>> handler = byCommand.get(message.getCommandName());
            if (handler == null || message.getMetaData().containsKey(CommandDispatcher.COMMAND_ID)) {
                return Optional.empty();
            }
            try {
                return Optional.of(new Target(targets.resolveTarget(message).getIdentifier(), handler));
            } catch (IdentifierMissingException | IllegalArgumentException e) {
                // Its handler will see what it makes of that.
                return Optional.empty();
            }
        }
    }
}
