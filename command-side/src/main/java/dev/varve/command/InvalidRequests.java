package dev.varve.command;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Lets the addresses of a predecessor keep its status: what is elsewhere a 400 for a request that breaks a rule is a 422
 * there. Register it as an interceptor for those addresses.
 */
public final class InvalidRequests implements HandlerInterceptor {

    /** The attribute of a request in which the status stands, an {@code Integer}. */
    public static final String STATUS = "dev.varve.invalid-request-status";

    private static final int UNPROCESSABLE = 422;

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        request.setAttribute(STATUS, UNPROCESSABLE);
        return true;
    }
}
