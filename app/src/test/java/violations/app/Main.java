package violations.app;

import violations.first.query.ReadModel;
import violations.projection.ProjectionOfOneContext;

/** An app that names a context, and closes a cycle of packages. */
public class Main {
    ProjectionOfOneContext projection(ReadModel readModel) {
        return new ProjectionOfOneContext();
    }
}
