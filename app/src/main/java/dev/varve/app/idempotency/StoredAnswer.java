package dev.varve.app.idempotency;

import java.util.List;
import java.util.Map;

/** The answer to a command, to be given again. */
// Never compared, so that the body's equality is that of the array does not matter.
@SuppressWarnings("ArrayRecordComponent")
record StoredAnswer(int status, List<Map.Entry<String, String>> headers, byte[] body) {

    StoredAnswer {
        headers = List.copyOf(headers);
    }
}
