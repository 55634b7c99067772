package dev.varve.clinical.command.recording;

import dev.varve.clinical.command.ClinicalSettings;
import dev.varve.clinical.events.ClinicianId;
import dev.varve.clinical.events.Occasion;
import dev.varve.clinical.events.Provenance;
import dev.varve.events.PersonalText;
import java.security.Principal;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who is behind a request, as events say it: the actor, and the clinician they are. */
@Component
public final class Callers {

    private static final String SYSTEM = "system";

    private final ClinicalSettings settings;
    private final Clock clock;

    Callers(ClinicalSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** The caller by the name under which they signed in; as configured where nobody has to. */
    public ClinicianId clinician(@Nullable Principal caller) {
        String name = actor(caller);
        int colon = name.indexOf(':');
        return new ClinicianId(colon < 0 ? settings.localClinician() : name.substring(colon + 1));
    }

    /** The caller, now. Times are as exact as the database keeps them. */
    public Provenance now(@Nullable Principal caller, Occasion occasion, @Nullable PersonalText note) {
        return now(actor(caller), occasion, note);
    }

    /** An actor that is no caller of the API, now. */
    public Provenance now(String actor, Occasion occasion, @Nullable PersonalText note) {
        return new Provenance(actor, clock.instant().truncatedTo(ChronoUnit.MICROS), occasion, note);
    }

    private static String actor(@Nullable Principal caller) {
        return caller == null ? SYSTEM : caller.getName();
    }
}
