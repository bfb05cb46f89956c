"""Where a request comes from."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

IPV4_PREFIX, IPV6_PREFIX = 24, 64


def client_address(request: HttpRequest) -> str:
    """Return the visitor's address, seen past the reverse proxies that the operator runs (TRUSTED_PROXIES of them)."""
    proxies = settings.TRUSTED_PROXIES
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(seen) >= proxies:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def network_of(address: str) -> str:
    """Return the network of an address: what one household or office shares, as far as one can tell."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    prefix = IPV4_PREFIX if ip.version == 4 else IPV6_PREFIX
    return str(ip_network(f"{ip}/{prefix}", strict=False))
