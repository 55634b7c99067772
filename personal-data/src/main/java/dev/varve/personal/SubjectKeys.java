package dev.varve.personal;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.StreamingAead;

/** One person's keys, opened. */
record SubjectKeys(Aead text, StreamingAead stream) {}
