package dev.varve.transit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.varve.command.Rejected;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.validation.Errors;
import org.springframework.validation.FieldError;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;

/** One controller, called over HTTP without a server. */
public final class CommandApi {

    private final MockMvcTester mvc;

    public CommandApi(Object controller) {
        mvc = MockMvcTester.of(controller);
    }

    public MvcTestResult post(String path, String json) {
        return mvc.post()
                .uri("/api/v1/transit" + path)
                .contentType(MediaType.APPLICATION_JSON)
                .content(json)
                .exchange();
    }

    /** The fields of the body that a 400 names. */
    public static List<String> invalidFields(MvcTestResult result) {
        assertThat(result).hasStatus(400);
        Stream<? extends Errors> errors = switch (result.getMvcResult().getResolvedException()) {
            case MethodArgumentNotValidException e -> Stream.of(e.getBindingResult());
            // Spring's other shape, for methods that have constraints on their parameters too.
            case HandlerMethodValidationException e -> e.getBeanResults().stream();
            case null, default -> Stream.empty();
        };
        return errors.flatMap(e -> e.getFieldErrors().stream())
                .map(FieldError::getField)
                .distinct()
                .sorted()
                .toList();
    }

    public static void assertRejected(MvcTestResult result, String code, String field) {
        assertThat(result)
                .failure()
                .rootCause()
                .asInstanceOf(type(Rejected.class))
                .returns(code, Rejected::code)
                .returns(field, Rejected::field);
    }
}
