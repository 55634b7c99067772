package dev.varve.transit.command.mvg;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Reads a time as the predecessor did: ISO 8601, without an offset it is UTC, and a number counts seconds. */
final class AskedTime {

    private AskedTime() {}

    /**
     * @param name the parameter, for the problem
     * @throws MvgProblem when it is none
     */
    static Instant parse(String name, String text) {
        String iso = text.strip().replace(' ', 'T');
        try {
            return iso.matches("[0-9]{1,10}") ? Instant.ofEpochSecond(Long.parseLong(iso)) : parseIso(iso);
        } catch (DateTimeException e) {
            throw MvgProblem.invalid(name + " must be a time in ISO 8601, for example 2026-05-20T11:16:00Z");
        }
    }

    private static Instant parseIso(String iso) {
        try {
            return OffsetDateTime.parse(iso).toInstant();
        } catch (DateTimeException e) {
            return LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
        }
    }
}
