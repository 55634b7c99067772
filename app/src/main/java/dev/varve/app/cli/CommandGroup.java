package dev.varve.app.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Under which heading {@code ./varve help} lists a command. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface CommandGroup {

    Heading value();

    /** The headings, in the order in which they are printed. */
    enum Heading {
        RUN("Run"),
        LOAD("Load data"),
        OPERATE("Operate"),
        DEVELOP("Develop");

        private final String text;

        Heading(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }
}
