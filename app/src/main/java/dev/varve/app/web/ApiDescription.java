package dev.varve.app.web;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Map;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;

/** What holds for every operation is described here once, and not beside each. */
@Component
final class ApiDescription implements OpenApiCustomizer {

    private static final Set<PathItem.HttpMethod> REPEATABLE =
            Set.of(PathItem.HttpMethod.POST, PathItem.HttpMethod.PATCH);

    private static final Map<String, String> PROBLEMS = Map.of(
            "400", "The request is not valid; `errors` names each wrong part.",
            "401", "Credentials are missing or not valid.",
            "403", "The caller lacks the role.",
            "413", "The body is too large.",
            "503", "Too busy, or the database is away; repeat after `Retry-After` seconds.");

    private static final Map<String, String> PROBLEMS_OF_COMMANDS = Map.of(
            "409", "The stream has moved, or the first request with this Idempotency-Key is still running.",
            "422", "A rule said no, or the Idempotency-Key came with another request.");

    @Override
    public void customise(OpenAPI api) {
        api.info(new Info().title("Varve").version("v1").description("Commands in, read models out."));
        Components components = api.getComponents() == null ? new Components() : api.getComponents();
        api.components(components
                .addSchemas("Problem", problem())
                .addSecuritySchemes(
                        "bearer",
                        new SecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .description("An API key (`vk_…`) or an access token of the configured issuer."))
                .addSecuritySchemes(
                        "apiKey",
                        new SecurityScheme()
                                .type(SecurityScheme.Type.APIKEY)
                                .in(SecurityScheme.In.HEADER)
                                .name("X-API-Key")));
        api.addSecurityItem(new SecurityRequirement().addList("bearer"));
        api.addSecurityItem(new SecurityRequirement().addList("apiKey"));
        if (api.getPaths() != null) {
            api.getPaths().values().forEach(path -> path.readOperationsMap().forEach(ApiDescription::describe));
        }
    }

    private static void describe(PathItem.HttpMethod method, Operation operation) {
        if (operation.getResponses() == null) {
            return;
        }
        boolean command = method != PathItem.HttpMethod.GET && method != PathItem.HttpMethod.HEAD;
        operation.getResponses().forEach((status, answer) -> answer(answer, command && status.startsWith("2")));
        PROBLEMS.forEach((status, text) -> add(operation, status, text));
        if (command) {
            PROBLEMS_OF_COMMANDS.forEach((status, text) -> add(operation, status, text));
            if (REPEATABLE.contains(method) && !names(operation, "Idempotency-Key")) {
                operation.addParametersItem(header(
                        "Idempotency-Key",
                        "1 to 255 characters that name this request: a repeat gets the first answer as long as that is kept (24 h,"
                                + " unless the server is told otherwise), and is a new request after that.",
                        new StringSchema().minLength(1).maxLength(255)));
            }
        } else {
            operation.addParametersItem(header(
                    "Varve-Min-Position",
                    "Answer only from a read model that has come to this position: read your own writes.",
                    new IntegerSchema().format("int64")));
        }
    }

    private static boolean names(Operation operation, String parameter) {
        return operation.getParameters() != null
                && operation.getParameters().stream().anyMatch(each -> parameter.equals(each.getName()));
    }

    private static void answer(ApiResponse answer, boolean ofCommand) {
        answer.addHeaderObject(
                "X-Request-Id",
                new Header().description("Names the request in the log.").schema(new StringSchema()));
        if (ofCommand) {
            answer.addHeaderObject(
                    "ETag", new Header().description("Version of the stream.").schema(new StringSchema()));
            answer.addHeaderObject(
                    "Varve-Position",
                    new Header()
                            .description("Position of the last event written.")
                            .schema(new IntegerSchema().format("int64")));
        }
    }

    private static void add(Operation operation, String status, String text) {
        if (!operation.getResponses().containsKey(status)) {
            operation
                    .getResponses()
                    .addApiResponse(
                            status,
                            new ApiResponse()
                                    .description(text)
                                    .content(new Content()
                                            .addMediaType(
                                                    "application/problem+json",
                                                    new MediaType()
                                                            .schema(new Schema<>()
                                                                    .$ref("#/components/schemas/Problem")))));
        }
    }

    private static HeaderParameter header(String name, String text, Schema<?> schema) {
        HeaderParameter header = new HeaderParameter();
        header.name(name).description(text).required(false).schema(schema);
        return header;
    }

    private static Schema<?> problem() {
        Schema<?> error = new ObjectSchema()
                .addProperty("field", new StringSchema())
                .addProperty("rule", new StringSchema())
                .addProperty("message", new StringSchema());
        return new ObjectSchema()
                .description("RFC 9457 problem details.")
                .addProperty("type", new StringSchema().description("/problems/<context>/<code>"))
                .addProperty("title", new StringSchema())
                .addProperty("status", new IntegerSchema())
                .addProperty("detail", new StringSchema())
                .addProperty("instance", new StringSchema())
                .addProperty("requestId", new StringSchema())
                .addProperty("errors", new ArraySchema().items(error));
    }
}
