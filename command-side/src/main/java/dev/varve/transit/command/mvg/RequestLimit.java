package dev.varve.transit.command.mvg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * The limit of the predecessor's later versions: so many requests from one address to one path in a minute, then 429
 * until the minute is over.
 */
final class RequestLimit implements HandlerInterceptor {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int CALLERS = 100_000;

    private final int perMinute;
    private final Ticker ticker;
    private final Cache<String, Window> windows;

    /** @param perMinute 0: no limit */
    RequestLimit(int perMinute, Ticker ticker) {
        this.perMinute = perMinute;
        this.ticker = ticker;
        this.windows = Caffeine.newBuilder()
                .maximumSize(CALLERS)
                .ticker(ticker)
                .expireAfterWrite(WINDOW)
                .build();
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (perMinute > 0) {
            String caller = request.getRemoteAddr() + " " + request.getRequestURI();
            Window window = windows.get(caller, any -> new Window(new AtomicInteger(), ticker.read()));
            if (window.requests().incrementAndGet() > perMinute) {
                throw MvgProblem.tooManyRequests(perMinute, secondsLeft(window));
            }
        }
        return true;
    }

    private int secondsLeft(Window window) {
        long left = WINDOW.toNanos() - (ticker.read() - window.startedAt());
        return (int) Math.max(1, Math.ceilDiv(left, TimeUnit.SECONDS.toNanos(1)));
    }

    private record Window(AtomicInteger requests, long startedAt) {}
}
