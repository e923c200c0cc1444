"""Who sent a request: the peer, or whoever the proxies in front say. Pure."""

from ipaddress import ip_address


def client_address(peer: str, forwarded_for: str, trusted_proxies: int) -> str:
    """The address of the client behind `trusted_proxies` proxies, each of which appended the one it heard from.

    What stands further left in X-Forwarded-For was written by the client itself and is not believed.
    """
    if not trusted_proxies:
        return peer
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()] + [peer]
    client = hops[max(len(hops) - 1 - trusted_proxies, 0)]
    try:
        return str(ip_address(client.removeprefix("[").partition("]")[0]))
    except ValueError:
        return peer
