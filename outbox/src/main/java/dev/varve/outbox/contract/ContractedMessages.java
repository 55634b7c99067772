package dev.varve.outbox.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.varve.eventstore.NewMessage;
import dev.varve.eventstore.axon.JsonShapes;
import dev.varve.eventstore.axon.OutgoingMessages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.axonframework.eventhandling.EventMessage;
import tools.jackson.databind.json.JsonMapper;

/** Asks the contexts what an event means to others, and writes it as their contracts say. */
public final class ContractedMessages implements OutgoingMessages {

    private static final String TRACE = "traceparent";

    private final List<? extends PublishedEvents<?>> published;
    private final MessageContracts contracts;
    private final JsonMapper json;

    public ContractedMessages(Collection<? extends PublishedEvents<?>> published, MessageContracts contracts) {
        this.published = List.copyOf(published);
        this.contracts = contracts;
        // What is not known is absent, so that a schema need not tell two ways of saying nothing apart.
        this.json = JsonShapes.INSTANCE
                .mapper()
                .rebuild()
                .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                .build();
    }

    @Override
    public List<NewMessage> of(EventMessage<?> event) {
        for (PublishedEvents<?> context : published) {
            if (context.events().isInstance(event.getPayload())) {
                return of(event, messages(context, event.getPayload()));
            }
        }
        return List.of();
    }

    private static <E> List<PublicMessage> messages(PublishedEvents<E> context, Object event) {
        return context.messages(context.events().cast(event));
    }

    private List<NewMessage> of(EventMessage<?> event, List<PublicMessage> messages) {
        if (messages.isEmpty()) {
            return List.of();
        }
        Object trace = event.getMetaData().get(TRACE);
        Map<String, String> headers = trace instanceof String text ? Map.of(TRACE, text) : Map.of();
        List<NewMessage> written = new ArrayList<>(messages.size());
        for (PublicMessage message : messages) {
            MessageContract contract = contracts.of(message.payload());
            if (contract == null) {
                throw new IllegalStateException("%s goes out and has no contract"
                        .formatted(message.payload().getClass().getName()));
            }
            written.add(new NewMessage(
                    NewMessage.idOf(event.getIdentifier(), written.size()),
                    contract.topic(),
                    message.key(),
                    contract.type(),
                    json.writeValueAsBytes(message.payload()),
                    headers));
        }
        return written;
    }
}
