package dev.varve.clinical;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;

/** A form as a browser sends it. */
final class Form {

    static final String TYPE = "multipart/form-data; boundary=----varve-test";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** One minute of a patient's audio, sent by a browser. */
    static Form of(String patientId, byte[] audio) {
        return new Form()
                .audio(audio, "audio/wav")
                .text("patient_id", patientId)
                .text("duration_seconds", "60");
    }

    Form text(String name, String value) {
        return part("Content-Disposition: form-data; name=\"" + name + "\"", value.getBytes(UTF_8));
    }

    Form audio(byte[] audio, String mediaType) {
        return audio(audio, mediaType, "blob");
    }

    Form audio(byte[] audio, String mediaType, String fileName) {
        return part(
                "Content-Disposition: form-data; name=\"audio\"; filename=\"" + fileName + "\"\r\nContent-Type: "
                        + mediaType,
                audio);
    }

    Form part(String headers, byte[] content) {
        bytes.writeBytes(("------varve-test\r\n" + headers + "\r\n\r\n").getBytes(UTF_8));
        bytes.writeBytes(content);
        bytes.writeBytes("\r\n".getBytes(UTF_8));
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(bytes.toByteArray());
        all.writeBytes("------varve-test--\r\n".getBytes(UTF_8));
        return all.toByteArray();
    }

    BodyPublisher body() {
        return BodyPublishers.ofByteArray(bytes());
    }

    /** The same without its length said beforehand. */
    BodyPublisher chunked() {
        byte[] all = bytes();
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(all));
    }
}
