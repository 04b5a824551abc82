"""Recording a team with Django, its REST framework and an outbox, under gunicorn's threads.

It validates the same fields, looks for the code, and writes the team and an outbox row in one
transaction. It checks no token, permission or precondition, keeps no answer under an
Idempotency-Key, writes neither audit nor change log, limits nothing, and sends nothing of its
outbox anywhere.
"""

import os
import sys
import uuid
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.urls import path
from sqlalchemy.engine import make_url

THREADS = 16

_URL = make_url(os.environ["DATABASE_URL"])
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _URL.database,
            "USER": _URL.username,
            "PASSWORD": _URL.password or "",
            "HOST": _URL.host or _URL.query.get("host", ""),
            "PORT": _URL.port or "",
            "CONN_MAX_AGE": None,
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["rest_framework"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
    ],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "UNAUTHENTICATED_USER": None,
    },
    ROOT_URLCONF=__name__,
    USE_TZ=True,
)
django.setup()

# The framework is imported once it is configured.
from rest_framework import serializers  # noqa: E402
from rest_framework.renderers import JSONRenderer  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class Team(models.Model):
    """A team."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    area = models.CharField(max_length=40)
    formed_on = models.DateField()
    disbanded_on = models.DateField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "django_drf"


class OutboxEvent(models.Model):
    """An event that is to be published."""

    position = models.BigAutoField(primary_key=True)
    id = models.UUIDField(default=uuid.uuid4)
    type = models.CharField(max_length=100)
    subject = models.UUIDField()
    time = models.DateTimeField(auto_now_add=True)
    data = models.TextField()

    class Meta:
        app_label = "django_drf"


class TeamSerializer(serializers.ModelSerializer):
    """A team as it is sent and answered; the code stands in the path."""

    area = serializers.RegexField(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")
    disbanded_on = serializers.DateField(required=False, allow_null=True, default=None)

    class Meta:
        model = Team
        fields = ("id", "code", "name", "area", "formed_on", "disbanded_on")
        read_only_fields = ("id", "code")


class TeamByCode(APIView):
    """One team, under its code."""

    @transaction.atomic
    def put(self, request: Request, code: str) -> Response:
        """Record a team, and that it was formed, in one transaction."""
        team = Team.objects.filter(code=code).first()
        serializer = TeamSerializer(team, data=request.data)
        serializer.is_valid(raise_exception=True)
        formed = serializer.save(code=code)
        if team is None:
            data = JSONRenderer().render(serializer.data).decode()
            OutboxEvent.objects.create(type="TeamFormed", subject=formed.id, data=data)
        return Response(serializer.data, status=201 if team is None else 200)


class Ready(APIView):
    """Whether it serves."""

    def get(self, _: Request) -> Response:
        """Say that it serves."""
        return Response({"status": "ready"})


urlpatterns: list[Any] = [
    path("v1/teams/by-code/<str:code>", TeamByCode.as_view()),
    path("ready", Ready.as_view()),
]
application = get_wsgi_application()


def main() -> None:
    """Make the tables, and become the server."""
    with connection.schema_editor() as editor:
        editor.create_model(Team)
        editor.create_model(OutboxEvent)
    connection.close()
    server = [
        "gunicorn",
        "--workers=1",
        f"--threads={THREADS}",
        "--keep-alive=60",
        "--log-level=warning",
        "--no-control-socket",
    ]
    address = f"--bind=127.0.0.1:{os.environ['PORT']}"
    module = "tests.bench.peers.django_drf:application"
    os.execv(sys.executable, [sys.executable, "-m", *server, address, module])  # noqa: S606


if __name__ == "__main__":
    main()
