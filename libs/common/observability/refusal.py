"""Why a server was not reached: one word for health and logs, whatever the library raised."""

import ssl
from collections.abc import Iterator
from typing import Final

import asyncpg
from aiokafka import errors as kafka

from libs.common.core.tls_files import FileUnusable

# OpenSSL's numbers (X509_V_ERR_…) for what is wrong with a certificate.
_NOT_YET, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64
_CERTIFICATE: Final = {
    _NOT_YET: "server-certificate-not-valid-yet",
    _EXPIRED: "server-certificate-expired",
    _OTHER_NAME: "server-name-differs",
    _OTHER_ADDRESS: "server-name-differs",
}
OWN_FILE_UNUSABLE: Final = "own-file-unusable"
NO_ANSWER: Final = "no-answer"
NOT_AUTHORISED: Final = "not-authorised"
_KINDS: Final[tuple[tuple[str, tuple[type[BaseException], ...]], ...]] = (
    (OWN_FILE_UNUSABLE, (FileUnusable,)),
    (
        "credentials-refused",
        (
            asyncpg.InvalidAuthorizationSpecificationError,  # a wrong password is one as well
            kafka.AuthenticationFailedError,
            kafka.SaslAuthenticationFailed,
            kafka.UnsupportedSaslMechanismError,
        ),
    ),
    ("no-such-database", (asyncpg.InvalidCatalogNameError,)),
    (
        NOT_AUTHORISED,
        (
            asyncpg.InsufficientPrivilegeError,
            kafka.TopicAuthorizationFailedError,
            kafka.GroupAuthorizationFailedError,
            kafka.ClusterAuthorizationFailedError,
        ),
    ),
    ("topic-missing", (kafka.UnknownTopicOrPartitionError,)),
)


def reason_of(error: BaseException) -> str:
    """Return why, in a word that names no server and no account.

    What was raised while handling another failure is asked first, and then that failure.
    """
    return next((reason for one in _chain(error) if (reason := _reason(one))), NO_ANSWER)


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__


def _reason(error: BaseException) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE.get(error.verify_code, "server-certificate-not-trusted")
    if isinstance(error, ssl.SSLError):
        alerted = "ALERT" in (error.reason or "")
        return "client-certificate-refused" if alerted else "no-tls"
    return next((reason for reason, kinds in _KINDS if isinstance(error, kinds)), None)
