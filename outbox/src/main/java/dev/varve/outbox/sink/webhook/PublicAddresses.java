package dev.varve.outbox.sink.webhook;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Resolves names to addresses of the public internet only, so that nobody reaches the inside of our network by
 * subscribing to it. The client connects to the very addresses that were checked here, at each connect, so a name whose
 * answer changes in between gains nothing.
 */
final class PublicAddresses implements DnsResolver {

    private final Set<String> allowedHosts;
    private final DnsResolver names;

    /** @param allowedHosts names that may also resolve to private addresses */
    PublicAddresses(Set<String> allowedHosts) {
        this(allowedHosts, SystemDefaultDnsResolver.INSTANCE);
    }

    PublicAddresses(Set<String> allowedHosts, DnsResolver names) {
        this.allowedHosts = Set.copyOf(allowedHosts);
        this.names = names;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] all = names.resolve(host);
        if (allowedHosts.contains(host)) {
            return all;
        }
        List<InetAddress> open = new ArrayList<>();
        for (InetAddress address : all) {
            if (isPublic(address)) {
                open.add(address);
            }
        }
        // One private address among public ones is no accident either.
        if (open.size() < all.length || open.isEmpty()) {
            throw new PrivateAddressException(host);
        }
        return open.toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return names.resolveCanonicalHostname(host);
    }

    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        return switch (address) {
            case Inet4Address four -> isPublic(four.getAddress());
            case Inet6Address six -> isPublic(six);
            default -> false;
        };
    }

    /** IANA's special-purpose registry of IPv4, without what {@link InetAddress} knows. */
    private static boolean isPublic(byte[] four) {
        int a = four[0] & 0xff;
        int b = four[1] & 0xff;
        int c = four[2] & 0xff;
        return !(a == 0
                || (a == 100 && b >= 64 && b < 128)
                || (a == 192 && b == 0 && (c == 0 || c == 2))
                || (a == 198 && (b == 18 || b == 19))
                || (a == 198 && b == 51 && c == 100)
                || (a == 203 && b == 0 && c == 113)
                || a >= 240);
    }

    /** Only global unicast, and not what carries an IPv4 address inside (6to4, Teredo, NAT64), nor documentation. */
    private static boolean isPublic(Inet6Address six) {
        byte[] bytes = six.getAddress();
        int first = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
        int second = ((bytes[2] & 0xff) << 8) | (bytes[3] & 0xff);
        boolean global = (first & 0xe000) == 0x2000;
        boolean carriesFour = first == 0x2002 || (first == 0x2001 && second == 0);
        boolean documentation = (first == 0x2001 && second == 0x0db8) || first == 0x3fff;
        return global && !carriesFour && !documentation;
    }

    /** A name that leads inside. */
    static final class PrivateAddressException extends UnknownHostException {
        PrivateAddressException(String host) {
            super(host + " leads to an address that is not public");
        }
    }
}
