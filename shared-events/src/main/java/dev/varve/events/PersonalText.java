package dev.varve.events;

/**
 * Something about a person, sealed under a key of that person's own. Events, snapshots and read models hold only this
 * form; once the key is destroyed nobody can open it, wherever a copy of it may be.
 *
 * @param subject whose it is: a pseudonym, from which the person cannot be told without the key folder
 * @param sealed AES-GCM ciphertext of the UTF-8 text, in Base64
 */
public record PersonalText(String subject, String sealed) {

    @Override
    public String toString() {
        return "PersonalText[subject=" + subject + "]";
    }
}
