package violations.first.events;

import org.springframework.context.ApplicationEvent;

/** An event that a framework has got hold of. */
class DependsOnSpring extends ApplicationEvent {
    DependsOnSpring(Object source) {
        super(source);
    }
}
