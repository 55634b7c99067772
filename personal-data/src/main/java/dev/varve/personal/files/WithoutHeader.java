package dev.varve.personal.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** What follows a file's header, as if it were the whole file; only to be read. */
final class WithoutHeader implements SeekableByteChannel {

    private final SeekableByteChannel file;
    private final int header;

    WithoutHeader(SeekableByteChannel file, int header) throws IOException {
        this.file = file;
        this.header = header;
        file.position(header);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return file.read(target);
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public long position() throws IOException {
        return file.position() - header;
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        file.position(position + header);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size() - header;
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
