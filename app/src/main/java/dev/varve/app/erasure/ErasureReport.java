package dev.varve.app.erasure;

import dev.varve.personal.files.FileCount;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an erasure covered.
 *
 * @param subject the person's pseudonym
 * @param again whether they were erased before; then this only counted, and removed what came since
 * @param streams of events about them
 * @param tables rows that cannot be opened any more, by table; events and messages not yet relayed among them
 * @param notCounted tables that were too large to be searched in the time allowed; their rows are covered all the same
 * @param answersRemoved answers kept for repeated requests
 * @param files removed
 * @param notCovered what this cannot reach, in words
 */
public record ErasureReport(
        String subject,
        boolean again,
        long streams,
        Map<String, Long> tables,
        List<String> notCounted,
        int answersRemoved,
        FileCount files,
        List<String> notCovered) {

    static final List<String> BEYOND_REACH = List.of(
            "copies of the key folder from before: until the last of them is gone, they open backups of the database and of"
                    + " files from before; so keep them for a fixed time only (docs/operations.md, keys of persons)",
            "what clients were sent before: answers in their caches, downloads, their own records",
            "exports made in the clear before");

    public ErasureReport {
        tables = Map.copyOf(tables);
        notCounted = List.copyOf(notCounted);
        notCovered = List.copyOf(notCovered);
    }

    /** For the record of operators' actions. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new TreeMap<>();
        facts.put("again", again);
        facts.put("streams", streams);
        facts.put("tables", tables);
        facts.put("notCounted", notCounted);
        facts.put("answersRemoved", answersRemoved);
        facts.put("files", files.files());
        facts.put("fileBytes", files.bytes());
        return facts;
    }
}
