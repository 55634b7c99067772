package dev.varve.projection.rebuild;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CopyTextTest {

    private final CopyText text = new CopyText();

    @Test
    void what_parts_fields_and_rows_is_escaped_within_them() {
        text.field("a\tb\nc\rd\\e");
        text.field("\\N");
        text.endRow();

        assertThat(written()).isEqualTo("a\\tb\\nc\\rd\\\\e\t\\\\N\n");
    }

    @Test
    void null_is_told_from_nothing() {
        text.field(null);
        text.field("");
        text.field(null);
        text.endRow();

        assertThat(written()).isEqualTo("\\N\t\t\\N\n");
    }

    @Test
    void every_character_arrives_and_rows_may_be_long() {
        String value = "M\u00fcnchen \ud83d\ude8c \u6771\u4eac".repeat(5_000);
        text.field(value);
        text.field("\t" + value);
        text.endRow();

        assertThat(written()).isEqualTo(value + "\t\\t" + value + "\n");
    }

    @Test
    void it_can_be_filled_again() {
        text.field("first");
        text.endRow();
        text.clear();
        text.field("second");
        text.endRow();

        assertThat(written()).isEqualTo("second\n");
    }

    private String written() {
        return new String(text.bytes(), 0, text.size(), StandardCharsets.UTF_8);
    }
}
