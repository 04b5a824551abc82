"""Who is calling, and how far their rights reach.

A caller sends a bearer token (OAuth 2.0, RFC 9068): `TokenChecker` turns it into an `Actor` or
refuses it, always in the same words. `DemoIssuer` makes tokens where there is no county identity
provider: for tests, development and demonstrations, never in production.
"""

from libs.common.security.actor import Actor, Grants, Reach, References, Role, reaches
from libs.common.security.checker import TokenChecker
from libs.common.security.demo import DemoIssuer, DemoIssuerRefused
from libs.common.security.discovery import Discovery, Provider
from libs.common.security.handover import first_handed_over, within_handover
from libs.common.security.keys import KeySet
from libs.common.security.settings import (
    AUDIENCE,
    DEMO_ISSUER,
    DEMO_KEY_SET,
    AuthSettings,
)

__all__ = [
    "AUDIENCE",
    "DEMO_ISSUER",
    "DEMO_KEY_SET",
    "Actor",
    "AuthSettings",
    "DemoIssuer",
    "DemoIssuerRefused",
    "Discovery",
    "Grants",
    "KeySet",
    "Provider",
    "Reach",
    "References",
    "Role",
    "TokenChecker",
    "first_handed_over",
    "reaches",
    "within_handover",
]
