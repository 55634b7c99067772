package dev.varve.transit.command.ingestion;

import dev.varve.transit.events.IngestionSource;
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
 */
public record IngestionJob(
        String jobName,
        IngestionSource source,
        String contentDigest,
        Map<String, String> parameters,
        Map<String, String> context,
        long expectedRows) {

    public IngestionJob {
        parameters = Map.copyOf(parameters);
        context = Map.copyOf(context);
    }

    /** Parameters and context together, as the run's first event keeps them. */
    Map<String, String> description() {
        Map<String, String> description = new TreeMap<>(context);
        description.putAll(parameters);
        return description;
    }
}
