package dev.varve.outbox.contract;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The AsyncAPI 3.1.0 document of all messages: a channel for each topic, on which we send. */
public final class AsyncApi {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12";

    private final MessageContracts contracts;
    private final MessageSchemas schemas;

    public AsyncApi(MessageContracts contracts, MessageSchemas schemas) {
        this.contracts = contracts;
        this.schemas = schemas;
    }

    /** The same for the same contracts, whatever else is going on. */
    public ObjectNode document() {
        ObjectNode document = JSON.createObjectNode();
        document.put("asyncapi", "3.1.0");
        document.putObject("info")
                .put("title", "Varve: public messages")
                .put("version", "1.0.0")
                .put(
                        "description",
                        "At least once, in order of the key. Kafka and webhooks carry them as CloudEvents 1.0, the feed too; "
                                + "partitionkey is the key, sequence the position.");
        document.put("defaultContentType", "application/json");
        ObjectNode channels = document.putObject("channels");
        ObjectNode operations = document.putObject("operations");
        ObjectNode messages = document.putObject("components").putObject("messages");
        for (MessageContract contract : contracts.all()) {
            ObjectNode channel = channels.has(contract.topic())
                    ? channels.withObject("/" + contract.topic())
                    : channel(channels, operations, contract.topic());
            channel.withObject("/messages")
                    .putObject(contract.type())
                    .put("$ref", "#/components/messages/" + contract.type());
            messages.set(contract.type(), message(contract));
        }
        return document;
    }

    private static ObjectNode channel(ObjectNode channels, ObjectNode operations, String topic) {
        ObjectNode channel = channels.putObject(topic).put("address", topic);
        ObjectNode operation = operations.putObject("send." + topic).put("action", "send");
        operation.putObject("channel").put("$ref", "#/channels/" + topic);
        return channel;
    }

    private ObjectNode message(MessageContract contract) {
        ObjectNode message = JSON.createObjectNode()
                .put("name", contract.type())
                .put("summary", contract.description())
                .put("contentType", "application/json");
        message.putObject("payload").put("schemaFormat", SCHEMA_FORMAT).set("schema", schemas.of(contract));
        return message;
    }
}
