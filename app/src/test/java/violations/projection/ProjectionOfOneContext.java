package violations.projection;

import violations.app.Main;
import violations.first.query.ReadModel;

/** An engine class that knows a context and the app. */
public class ProjectionOfOneContext {
    ReadModel project(Main main) {
        return new ReadModel();
    }
}
