"""Who is calling, and how far their rights reach.

A caller sends a bearer token (OAuth 2.0, RFC 9068): `TokenChecker` turns it into an `Actor` or
refuses it, always in the same words. `DemoIssuer` makes tokens where there is no county identity
provider: for tests, development and demonstrations, never in production.
"""

from libs.common.auth.actor import Actor, Grants, Reach, References, Role, reaches
from libs.common.auth.checker import TokenChecker
from libs.common.auth.demo import DemoIssuer, DemoIssuerRefused
from libs.common.auth.discovery import Discovery, Provider
from libs.common.auth.handover import within_handover
from libs.common.auth.keys import KeySet
from libs.common.auth.settings import (
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
    "reaches",
    "within_handover",
]
