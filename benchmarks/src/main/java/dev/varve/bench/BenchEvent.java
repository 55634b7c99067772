package dev.varve.bench;

import java.util.Map;

/**
 * The event that every contestant writes: about 260 bytes of JSON with 105 bytes of metadata.
 *
 * @param account whose
 * @param amount how much, in cents
 * @param text padding up to the size of an ordinary event
 */
record BenchEvent(String account, long amount, String currency, String text) {

    static final String TYPE = "bench.amount-booked";

    static final BenchEvent SAMPLE = new BenchEvent(
            "3f0e8f6a-7d4c-4d3e-9a53-0a4f0c1c9d11",
            129_900,
            "EUR",
            "An ordinary booking text of an ordinary length, as people write them, with a reference to invoice"
                    + " 2026-004711 and the name of a shop");

    static final Map<String, String> META =
            Map.of("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "actor", "booking-desk-7");

    static final String JSON = """
            {"account":"%s","amount":%d,"currency":"%s","text":"%s"}""".formatted(SAMPLE.account, SAMPLE.amount, SAMPLE.currency, SAMPLE.text);

    static final String METADATA = """
            {"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","actor":"booking-desk-7"}""";

    /** The sample with another amount. */
    static BenchEvent amounting(long amount) {
        return new BenchEvent(SAMPLE.account, amount, SAMPLE.currency, SAMPLE.text);
    }
}
