package dev.varve.clinical.query.pages;

import dev.varve.query.OpenAddresses;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/**
 * The predecessor's pages: a list, a form that records, and what waits. They are the same bytes for everybody; their
 * script asks the API, with the key that its user types in where one is needed, so anybody may have them.
 *
 * <p>Whose page {@code /record/…} is only the script looks at. The pages themselves link to {@code /record/patient#…},
 * whose last part stays in the browser; a proxy that logs addresses would keep the path of the predecessor's links, as it
 * would have before. The API itself has nobody's name in an address.
 */
@Controller
class PageController {

    /** Nothing from elsewhere, and nobody elsewhere is told whose page it was. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src 'self' blob:;"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final MediaType SCRIPT = MediaType.valueOf("text/javascript;charset=UTF-8");
    private static final MediaType STYLE = MediaType.valueOf("text/css;charset=UTF-8");
    private static final MediaType PAGE = MediaType.valueOf("text/html;charset=UTF-8");

    @GetMapping("/")
    ResponseEntity<Resource> recordings() {
        return answer("recordings.html", PAGE);
    }

    @GetMapping("/record/{patientId}")
    ResponseEntity<Resource> recording() {
        return answer("record.html", PAGE);
    }

    @GetMapping("/queue")
    ResponseEntity<Resource> queue() {
        return answer("queue.html", PAGE);
    }

    @GetMapping("/clinical/pages.js")
    ResponseEntity<Resource> script() {
        return answer("pages.js", SCRIPT);
    }

    @GetMapping("/clinical/pages.css")
    ResponseEntity<Resource> style() {
        return answer("pages.css", STYLE);
    }

    private static ResponseEntity<Resource> answer(String name, MediaType type) {
        return ResponseEntity.ok()
                .contentType(type)
                .header("Content-Security-Policy", POLICY)
                .header("Referrer-Policy", "no-referrer")
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .body(new ClassPathResource("clinical/pages/" + name));
    }

    /** Opens the pages, which say nothing of anybody. */
    @Configuration(proxyBeanMethods = false)
    static class Addresses {

        @Bean
        OpenAddresses clinicalPages() {
            return new OpenAddresses(List.of("/", "/record/*", "/queue", "/clinical/pages.js", "/clinical/pages.css"));
        }
    }
}
