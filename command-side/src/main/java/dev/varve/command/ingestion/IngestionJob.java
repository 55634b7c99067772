package dev.varve.command.ingestion;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an import is about to do.
 *
 * <p>Digest and parameters make the run's id, so the same file read again in the same way is recognised.
 *
 * @param jobName the command's name, for example {@code import gtfs}
 * @param contentDigest of the source's bytes, for example SHA-256 in hexadecimal digits
 * @param parameters what the import was asked for, as far as it changes what is recorded
 * @param context what people want to know beside that, for example the file's name; no part of the id
 * @param expectedRows how many rows will be submitted, for the progress; 0 when that is not known
 * @param mode no part of the id
 */
public record IngestionJob(
        String jobName,
        String contentDigest,
        Map<String, String> parameters,
        Map<String, String> context,
        long expectedRows,
        ImportMode mode) {

    private static final int DIGEST_CHARACTERS = 24;

    public IngestionJob {
        parameters = Map.copyOf(parameters);
        context = Map.copyOf(context);
    }

    /** Parameters and context together, as the run's first event keeps them. */
    public Map<String, String> description() {
        Map<String, String> description = new TreeMap<>(context);
        description.putAll(parameters);
        return description;
    }

    /**
     * The id of a run of this job: derived, so that the same import again finds the run that was cut off.
     *
     * @param number 1 for the first; a run that succeeded is over, and the same import again is the next one
     */
    public RunId runId(int number) {
        String identity = jobName + '\n' + contentDigest + '\n' + new TreeMap<>(parameters);
        String name = jobName.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String first = name + "-" + sha256(identity).substring(0, DIGEST_CHARACTERS);
        return new RunId(number == 1 ? first : first + "-" + number);
    }

    private static String sha256(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
