package dev.varve.app.personal;

import dev.varve.app.operator.OperatorError;
import dev.varve.personal.PersonalData;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Refuses to start with another key folder than the one this database's persons were sealed with: every person would get
 * a second pseudonym, and what was recorded before would be out of reach without a word.
 */
@Component
final class KeyFolderGuard implements InitializingBean {

    private final JdbcClient jdbc;
    private final PersonalData personalData;

    KeyFolderGuard(JdbcClient jdbc, PersonalData personalData) {
        this.jdbc = jdbc;
        this.personalData = personalData;
    }

    private static final String REMEMBER =
            "INSERT INTO varve.key_folder (fingerprint) VALUES (:fingerprint) ON CONFLICT (only_row) DO NOTHING";

    private static final String REMEMBERED = "SELECT fingerprint FROM varve.key_folder";

    @Override
    public void afterPropertiesSet() {
        String fingerprint = personalData.fingerprint();
        jdbc.sql(REMEMBER).param("fingerprint", fingerprint).update();
        String remembered = jdbc.sql(REMEMBERED).query(String.class).single();
        if (!remembered.equals(fingerprint)) {
            throw new OperatorError("this key folder is not the one that the persons of this database were sealed with"
                    + " (varve.personal-data.key-folder): mount or restore that one. If it is lost for good,"
                    + " ./varve personal-keys accept --reason TEXT goes on with this one; what was sealed before stays"
                    + " unreadable");
        }
    }
}
