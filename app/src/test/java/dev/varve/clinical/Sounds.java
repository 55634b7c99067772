package dev.varve.clinical;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Audio that any player plays. */
final class Sounds {

    private static final int RATE = 16_000;
    private static final int HEADER_BYTES = 44;

    private Sounds() {}

    /** A WAV file: a sine, 16 bits, mono; every frequency gives other bytes. */
    static byte[] tone(double hertz, double seconds) {
        int samples = (int) (RATE * seconds);
        ByteBuffer wav = ByteBuffer.allocate(HEADER_BYTES + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
        wav.put("RIFF".getBytes(US_ASCII))
                .putInt(HEADER_BYTES - 8 + 2 * samples)
                .put("WAVE".getBytes(US_ASCII));
        wav.put("fmt ".getBytes(US_ASCII)).putInt(16).putShort((short) 1).putShort((short) 1);
        wav.putInt(RATE).putInt(2 * RATE).putShort((short) 2).putShort((short) 16);
        wav.put("data".getBytes(US_ASCII)).putInt(2 * samples);
        for (int i = 0; i < samples; i++) {
            wav.putShort((short) (20_000 * Math.sin(2 * Math.PI * hertz * i / RATE)));
        }
        return wav.array();
    }
}
