package dev.varve.transit.command.gtfs;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.varve.command.ingestion.BrokenSource;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One table of a feed, read row by row; columns are asked for by the number that {@link #column} gives.
 *
 * <p>As forgiving as real feeds need: a byte order mark, spaces around names and values, other columns, short and long
 * rows and blank lines are no errors. A missing value is empty.
 */
final class CsvTable implements AutoCloseable {

    private static final int LONGEST_FIELD = 1 << 20;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String name;
    private final CsvReader<CsvRecord> reader;
    private final CloseableIterator<CsvRecord> records;
    private final Map<String, Integer> columns = new HashMap<>();
    private CsvRecord current;

    private CsvTable(String name, CsvReader<CsvRecord> reader, CloseableIterator<CsvRecord> records, CsvRecord header) {
        this.name = name;
        this.reader = reader;
        this.records = records;
        this.current = header;
    }

    static CsvTable open(String name, Reader text, String... requiredColumns) throws BrokenSource {
        CsvReader<CsvRecord> reader = CsvReader.builder()
                .skipEmptyLines(true)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .trimWhitespacesAroundQuotes(true)
                .allowUnclosedQuote(false)
                .maxBufferSize(LONGEST_FIELD)
                .ofCsvRecord(new WithoutByteOrderMark(text));
        try {
            CloseableIterator<CsvRecord> records = reader.iterator();
            if (!records.hasNext()) {
                reader.close();
                throw new BrokenSource(name + ": is empty, not even a header");
            }
            CsvTable table = new CsvTable(name, reader, records, records.next());
            table.readHeader(requiredColumns);
            return table;
        } catch (CsvParseException | UncheckedIOException | IOException e) {
            throw new BrokenSource(name + ": " + e.getMessage(), e);
        }
    }

    private void readHeader(String... requiredColumns) throws BrokenSource {
        for (int i = 0; i < current.getFieldCount(); i++) {
            String column = current.getField(i).replace(BYTE_ORDER_MARK, "").strip();
            columns.putIfAbsent(column.toLowerCase(Locale.ROOT), i);
        }
        for (String required : requiredColumns) {
            if (!columns.containsKey(required)) {
                throw new BrokenSource(name + ": has no column " + required);
            }
        }
    }

    String name() {
        return name;
    }

    /** The column's number, for {@link #get}; -1 when the table lacks it, which reads as empty. */
    int column(String column) {
        return columns.getOrDefault(column, -1);
    }

    /** Goes to the next row that is not blank; false at the end. */
    boolean next() throws BrokenSource {
        try {
            while (records.hasNext()) {
                current = records.next();
                if (!isBlank()) {
                    return true;
                }
            }
            return false;
        } catch (CsvParseException | UncheckedIOException e) {
            throw new BrokenSource("%s: cannot be read after line %d (%s)".formatted(name, line(), innermost(e)), e);
        }
    }

    /** The current row's first line, counted from 1. */
    long line() {
        return current.getStartingLineNumber();
    }

    /** The current row's value, without spaces around it; empty when there is none. */
    String get(int column) {
        return column < 0 || column >= current.getFieldCount()
                ? ""
                : current.getField(column).strip();
    }

    /** A value that must not be empty. */
    String required(int column, String called) throws BrokenRow {
        String value = get(column);
        if (value.isEmpty()) {
            throw new BrokenRow(called + " is missing");
        }
        return value;
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + name, e);
        }
    }

    private boolean isBlank() {
        for (int i = 0; i < current.getFieldCount(); i++) {
            if (!current.getField(i).isBlank()) {
                return false;
            }
        }
        return true;
    }

    private static String innermost(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /** Drops the mark in front of the text, before it can hide a quote from the parser. */
    private static final class WithoutByteOrderMark extends java.io.FilterReader {

        private boolean begun;

        WithoutByteOrderMark(Reader in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int first = super.read();
            if (!begun) {
                begun = true;
                return first == BYTE_ORDER_MARK.charAt(0) ? super.read() : first;
            }
            return first;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            if (begun || length == 0) {
                return super.read(buffer, offset, length);
            }
            int first = read();
            if (first < 0) {
                return -1;
            }
            buffer[offset] = (char) first;
            return 1;
        }
    }
}
