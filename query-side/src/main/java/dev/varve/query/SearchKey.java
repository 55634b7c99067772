package dev.varve.query;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** Folds text so that case and accents do not matter: {@code Münchner Freiheit} is found by {@code munchner f}. */
public final class SearchKey {

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private SearchKey() {}

    public static String of(String text) {
        String plain =
                MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD)).replaceAll("");
        String lower = plain.toLowerCase(Locale.ROOT)
                .replace("ß", "ss")
                .replace("ø", "o")
                .replace("ł", "l");
        return SPACES.matcher(lower).replaceAll(" ").strip();
    }
}
