package dev.varve.app.admin.erasures;

import dev.varve.app.admin.OperatorReason;
import dev.varve.app.erasure.ErasureReport;
import dev.varve.app.erasure.Erasures;
import dev.varve.app.security.Actor;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.sql.SQLException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Erases persons; there is no way back. */
@RestController
@RequestMapping("/admin/erasures")
final class ErasureController {

    private final Erasures erasures;

    ErasureController(Erasures erasures) {
        this.erasures = erasures;
    }

    /**
     * Who is to be erased.
     *
     * @param kind what the identifier identifies, such as {@code patient}
     * @param identifier as the application's callers write it; neither kept nor logged
     * @param reason kept for ever in the record of operators' actions, so it must name nobody
     */
    record ErasureOrder(
            @NotBlank @Pattern(regexp = "[a-z][a-z-]{0,39}", message = "must be a word such as patient") String kind,

            @NotBlank @Size(max = 1000) String identifier,
            @NotBlank @OperatorReason String reason) {

        @Override
        public String toString() {
            return "ErasureOrder[kind=" + kind + "]";
        }
    }

    @PostMapping
    ErasureReport erase(@RequestBody @Valid ErasureOrder order) throws SQLException, IOException {
        return erasures.erase(
                erasures.subject(order.kind(), order.identifier()),
                Actor.current().name(),
                order.reason());
    }
}
