package violations.eventstore;

import org.springframework.context.annotation.Bean;

/** Takes a name that an application may want. */
public class LibraryConfiguration {

    @Bean
    Log log() {
        return new Log();
    }
}
