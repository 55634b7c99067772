package dev.varve.app.health;

import dev.varve.personal.KeyFolderException;
import dev.varve.personal.PersonalData;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether the keys of persons are within reach. Without them nothing personal is sealed or opened, and everything else
 * goes on, so it does not take a node out of service.
 */
@Component("personalKeysHealthIndicator")
final class PersonalKeysHealthIndicator implements HealthIndicator {

    private final ObjectProvider<PersonalData> personalData;

    PersonalKeysHealthIndicator(ObjectProvider<PersonalData> personalData) {
        this.personalData = personalData;
    }

    @Override
    public Health health() {
        try {
            personalData.ifAvailable(PersonalData::check);
            return Health.up().build();
        } catch (KeyFolderException e) {
            return Health.down()
                    .withDetail("problem", String.valueOf(e.getMessage()))
                    .withDetail("remedy", "mount or restore the key folder; see docs/operations.md, keys of persons")
                    .build();
        }
    }
}
