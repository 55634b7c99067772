package dev.varve.app.problem;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The problems that are not of one context, with the code, status and title that stay theirs for ever.
 *
 * <p>The explanation is what {@code GET /problems/varve/<code>} shows.
 */
public enum StandardProblem {
    INVALID_REQUEST(
            400,
            "invalid-request",
            "The request is not valid",
            "Parts of the request break the rules of this operation. `errors` names each with its rule."),
    MALFORMED_JSON(
            400,
            "malformed-json",
            "The body is not valid JSON",
            "The body cannot be read as JSON. `line` and `column` say where reading stopped."),
    MALFORMED_REQUEST(
            400,
            "malformed-request",
            "The request is malformed",
            "The request breaks a rule of HTTP, or its address holds characters that are not accepted."),
    UNAUTHENTICATED(
            401,
            "unauthenticated",
            "Credentials are missing or not valid",
            "Send an API key as `Authorization: Bearer vk_…` or `X-API-Key`, or an access token of the configured"
                    + " issuer."),
    FORBIDDEN(
            403,
            "forbidden",
            "The role for this is missing",
            "The caller is known, and lacks the role: `command` to change, `query` to read, `admin` to operate."),
    FOREIGN_ORIGIN(
            403,
            "foreign-origin",
            "The request comes from a foreign site",
            "Without authentication the server answers only requests that are addressed to this machine by a loopback"
                    + " name, and not those that a web page from elsewhere sends."),
    NO_SUCH_PATH(404, "no-such-path", "Nothing is found at this address", "There is no operation at this address."),
    NO_SUCH_STREAM(
            404,
            "no-such-stream",
            "The addressed thing does not exist",
            "The command addresses a stream that has no event."),
    METHOD_NOT_ALLOWED(
            405, "method-not-allowed", "The method is not allowed here", "`Allow` lists the methods of this address."),
    NOT_ACCEPTABLE(
            406,
            "not-acceptable",
            "No acceptable form of the answer exists",
            "The operation has no answer in a form that `Accept` asks for."),
    CONFLICT(
            409,
            "conflict",
            "The stream has moved",
            "Another command changed the stream meanwhile. Read it again, decide again, send again. `expected` and"
                    + " `actual` are versions of `stream`; -1 means that it does not exist."),
    IDEMPOTENCY_IN_PROGRESS(
            409,
            "idempotency-in-progress",
            "The first request with this key is still running",
            "Repeat after `Retry-After` seconds: then the stored answer comes back."),
    NOT_KEPT(
            410,
            "not-kept",
            "What is asked for is not kept any more",
            "Retention has dropped it. `earliest` is the first position that is still there; what was missed must come"
                    + " from elsewhere."),
    PLACE_LOST(
            410,
            "place-lost",
            "The message that was read last is not there any more",
            "A standby took over, or a backup was restored, that did not have it: messages that you have read are lost, and"
                    + " others stand in their place. Go back to earlier places until one is accepted, or"
                    + " to an instant before it happened, and go on from there. `newest` is the position of the newest"
                    + " message."),
    EVENTS_ARCHIVED(
            410,
            "events-archived",
            "The events were moved into an archive",
            "An operator moved the older events of the log into files, and the stream cannot be loaded without them."
                    + " Nothing is lost and nothing was recorded: ask the operator to attach the file again"
                    + " (`./varve log archive --attach FILE`), then repeat."),
    PRECONDITION_FAILED(
            412, "precondition-failed", "The stated version is not the current one", "`If-Match` does not hold."),
    BODY_TOO_LARGE(413, "body-too-large", "The body is too large", "`limit` is what is accepted, in bytes."),
    EVENT_TOO_LARGE(
            413,
            "event-too-large",
            "What the command would record is too large",
            "An event of it has `bytes` and may have `limit`. Nothing was recorded."),
    URI_TOO_LONG(414, "uri-too-long", "The address is too long", "`limit` is what is accepted, in characters."),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            "unsupported-media-type",
            "The body's media type is not supported",
            "Operations take `application/json` unless they say otherwise."),
    IDEMPOTENCY_MISMATCH(
            422,
            "idempotency-mismatch",
            "The key was used for another request",
            "An `Idempotency-Key` belongs to the request it came with first. Take a new key."),
    TOO_MANY_REQUESTS(429, "too-many-requests", "Too many requests", "Repeat after `Retry-After` seconds."),
    HEADERS_TOO_LARGE(431, "headers-too-large", "The headers are too large", "Send fewer or shorter headers."),
    INTERNAL(
            500,
            "internal",
            "The server failed",
            "This is a defect. The log has the cause under the `requestId` of the answer."),
    BUSY(
            503,
            "busy",
            "The server has more to do than it can take on",
            "Nothing was done. Repeat after `Retry-After` seconds."),
    UNCERTAIN(
            503,
            "outcome-uncertain",
            "It is not known whether the work was done",
            "No answer came in time. The events may have been written or not: read first, then repeat what is missing."),
    READ_MODEL_BEHIND(
            503,
            "read-model-behind",
            "The read model has not come that far",
            "`Varve-Min-Position` names a position that the read model did not reach in time. Repeat after `Retry-After`"
                    + " seconds."),
    KEYS_AWAY(
            503,
            "keys-away",
            "The keys of persons are not within reach",
            "Nothing about a person can be sealed or opened until the key folder is back. An operator sees which one in"
                    + " `/actuator/health`. Repeat after `Retry-After` seconds."),
    DATABASE_AWAY(
            503,
            "database-away",
            "The database does not answer",
            "Repeat after `Retry-After` seconds. `/actuator/health/readiness` tells when it is back.");

    static final String CONTEXT = "varve";

    private final int status;
    private final String code;
    private final String title;
    private final String explanation;

    StandardProblem(int status, String code, String title, String explanation) {
        this.status = status;
        this.code = code;
        this.title = title;
        this.explanation = explanation;
    }

    /** The problem with what is special about this case. */
    public Problem because(String detail) {
        Problem problem = new Problem(type(), title, status, detail, List.of(), Map.of(), Map.of());
        return status == 503 ? problem.withHeader("Retry-After", "1") : problem;
    }

    /** The problem of one wrong part of a request. */
    public Problem because(FieldProblem error) {
        return because(error.field() + " " + error.message()).withErrors(List.of(error));
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public String title() {
        return title;
    }

    String explanation() {
        return explanation;
    }

    public String type() {
        return Problem.typeOf(CONTEXT, code);
    }

    static Optional<StandardProblem> of(String context, String code) {
        return CONTEXT.equals(context)
                ? Stream.of(values()).filter(p -> p.code.equals(code)).findFirst()
                : Optional.empty();
    }

    /** The one that code outside of the app names by its type, because it cannot see this class. */
    static Optional<StandardProblem> ofType(String type) {
        return Stream.of(values()).filter(p -> p.type().equals(type)).findFirst();
    }

    /** The nearest one for a status that something outside our code has chosen. */
    static StandardProblem ofStatus(int status) {
        return switch (status) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> FORBIDDEN;
            case 404 -> NO_SUCH_PATH;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 409 -> CONFLICT;
            case 412 -> PRECONDITION_FAILED;
            case 413 -> BODY_TOO_LARGE;
            case 414 -> URI_TOO_LONG;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 422 -> INVALID_REQUEST;
            case 429 -> TOO_MANY_REQUESTS;
            case 431 -> HEADERS_TOO_LARGE;
            case 502, 503, 504 -> BUSY;
            default -> status >= 500 || status < 400 ? INTERNAL : MALFORMED_REQUEST;
        };
    }
}
