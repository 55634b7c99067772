package dev.varve.app.problem;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A problem as a client is told it, RFC 9457.
 *
 * <p>No text in it repeats what a client sent in a body: problems are logged, forwarded and shown, and a body may hold
 * anything.
 *
 * @param type {@code /problems/<context>/<code>}; never reused for something else
 * @param title one fixed text for each type
 * @param detail this case
 * @param errors the parts of the request that are wrong; empty unless the status is 400 or 422
 * @param members further members of the JSON object, in order
 * @param headers response headers that belong to the problem, {@code Retry-After} for one
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        List<FieldProblem> errors,
        Map<String, Object> members,
        Map<String, String> headers) {

    private static final int DETAIL_LIMIT = 1_000;

    public Problem {
        if (detail.length() > DETAIL_LIMIT) {
            detail = detail.substring(0, DETAIL_LIMIT) + "…";
        }
        errors = List.copyOf(errors);
        members = Map.copyOf(members);
        headers = Map.copyOf(headers);
    }

    /** A problem that a context declares; its title is its code in words. */
    public static Problem of(String context, String code, int status, String detail) {
        String words = code.replace('-', ' ');
        String title = words.isEmpty() ? words : Character.toUpperCase(words.charAt(0)) + words.substring(1);
        return new Problem(typeOf(context, code), title, status, detail, List.of(), Map.of(), Map.of());
    }

    static String typeOf(String context, String code) {
        return "/problems/" + context + "/" + code;
    }

    Problem withStatus(int status) {
        return new Problem(type, title, status, detail, errors, members, headers);
    }

    public Problem withErrors(List<FieldProblem> errors) {
        return new Problem(type, title, status, detail, errors, members, headers);
    }

    /** Adds a member; without a value it is left out. */
    public Problem withMember(String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        Map<String, Object> added = new LinkedHashMap<>(members);
        added.put(name, value);
        return new Problem(type, title, status, detail, errors, added, headers);
    }

    public Problem withHeader(String name, String value) {
        Map<String, String> added = new LinkedHashMap<>(headers);
        added.put(name, Objects.requireNonNull(value));
        return new Problem(type, title, status, detail, errors, members, added);
    }
}
