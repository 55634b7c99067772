package dev.varve.eventstore.verification;

import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The digest that is printed and compared with that of another copy: SHA-256 of the digests of the blocks, each SHA-256 of
 * the digests of its rows. A block is 10,000 positions, the first one 1 to 10,000; one without rows does not count.
 */
final class BlockDigest {

    static final int BLOCK = 10_000;

    private final MessageDigest whole = Digests.sha256();
    private final MessageDigest block = Digests.sha256();
    private long current = -1;

    void take(Chunk chunk) {
        int event = 0;
        while (event < chunk.events()) {
            long of = (chunk.position(event) - 1) / BLOCK;
            int start = event;
            while (event < chunk.events() && (chunk.position(event) - 1) / BLOCK == of) {
                event++;
            }
            if (of != current) {
                end();
                current = of;
            }
            block.update(chunk.digests(), start * Digests.LENGTH, (event - start) * Digests.LENGTH);
        }
    }

    private void end() {
        if (current >= 0) {
            whole.update(block.digest());
        }
    }

    /** Of everything taken, in hexadecimal; nothing can be taken afterwards. */
    String hex() {
        end();
        return HexFormat.of().formatHex(whole.digest());
    }
}
