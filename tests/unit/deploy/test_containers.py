"""The container files: whole and hardened, and nothing in them that the services do not know.

No engine and no cluster runs them here; what they start is tested in tests/integration/containers.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from deploy.local.kafka import _version
from deploy.services import SERVICES
from libs.common.http.limits import PROBES
from libs.common.pages.settings import PagesSettings
from libs.common.runtime.settings import CommonSettings
from tests.mutants.planted import ROOT

NAMES = [service.name for service in SERVICES]
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
CLUSTER = ROOT / "deploy/k8s"
VERSION = "1.34"
OF_COMMANDS = {"SERVICE", "TOPIC_COPIES"}
"""What is told to the commands beside the services: which one to start, and deploy.topics."""
Document = dict[str, Any]


def known(service: str) -> set[str]:
    return set(CommonSettings.variables(service)) | OF_COMMANDS


def files(*, kustomizations: bool = False) -> list[Path]:
    found = sorted(CLUSTER.rglob("*.yaml"))
    assert len(found) > 10
    return [path for path in found if (path.name == "kustomization.yaml") == kustomizations]


def documents(kind: str = "") -> Iterator[Document]:
    for path in files():
        for document in yaml.safe_load_all(path.read_text()):
            if kind in {"", document["kind"]}:
                yield document


def pods() -> list[Document]:
    found = [one["spec"]["template"] for kind in ("Deployment", "Job") for one in documents(kind)]
    assert len(found) == 9
    return found


def containers() -> list[Document]:
    return [
        one
        for pod in pods()
        for one in [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]
    ]


def check(document: Document) -> None:
    kubernetes_validate.validate(document, VERSION, strict=True)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_a_cluster_would_take_every_document(path: Path) -> None:
    found = list(yaml.safe_load_all(path.read_text()))
    assert found
    for document in found:
        check(document)


def test_a_misspelt_field_is_found() -> None:
    (*_, deployment) = documents("Deployment")
    for where, field in [
        ((), "speck"),
        (("spec", "template", "spec"), "automountServiceAccountTokens"),
        (("spec", "template", "spec", "containers", 0), "readinesProbe"),
        (
            ("spec", "template", "spec", "containers", 0, "securityContext"),
            "readOnlyRootFileSystem",
        ),
    ]:
        wrong = deepcopy(deployment)
        inner: Any = wrong
        for step in where:
            inner = inner[step]
        inner[field] = True
        with pytest.raises(kubernetes_validate.ValidationError, match=field):
            check(wrong)


@pytest.mark.parametrize("path", files(kustomizations=True), ids=lambda path: path.parent.name)
def test_a_kustomization_names_every_file_beside_it(path: Path) -> None:
    named = yaml.safe_load(path.read_text())
    beside = {file.name for file in path.parent.glob("*.yaml")} - {path.name}
    assert set(named["resources"]) == beside
    assert named["namespace"] == "sssen"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("file", ["services/{}.yaml", "jobs/migrate-{}.yaml"])
def test_the_four_services_differ_in_their_names_alone(name: str, file: str) -> None:
    first = (CLUSTER / file.format("referral")).read_text()
    renamed = first.replace("referral", name).replace("REFERRAL", name.upper())
    assert (CLUSTER / file.format(name)).read_text() == renamed


def test_every_pod_is_hardened() -> None:
    for pod in pods():
        assert pod["spec"]["automountServiceAccountToken"] is False
        # Its variables (REFERRAL_PORT) would be taken for misspelt settings, and stop the start.
        assert pod["spec"]["enableServiceLinks"] is False
        context = pod["spec"]["securityContext"]
        assert context["runAsNonRoot"] is True
        assert context["runAsUser"] > 0
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    for one in containers():
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert one["resources"]["requests"].keys() == one["resources"]["limits"].keys()


def test_no_secret_stands_in_the_cluster_files() -> None:
    assert list(documents("Secret")) == []
    text = "".join(path.read_text() for path in files())
    assert "postgresql://" not in text
    for one in containers():
        literal = [env for env in one.get("env", []) if "value" in env]
        assert {e["name"] for e in literal if "PASSWORD" in e["name"]} <= {"BUS_PASSWORD_FILE"}


def test_what_the_cluster_files_tell_a_service_are_settings_of_its() -> None:
    (settings,) = documents("ConfigMap")
    for one in containers():
        service = next((name for name in NAMES if f"services.{name}" in one["command"]), "referral")
        named = {env["name"] for env in one.get("env", [])} | set(settings["data"])
        assert named <= known(service), one["name"]


def test_probes_ask_for_what_there_is() -> None:
    for deployment in documents("Deployment"):
        (one,) = deployment["spec"]["template"]["spec"]["containers"]
        asked = {one[kind]["httpGet"]["path"] for kind in one if kind.endswith("Probe")}
        assert asked == {f"/{one['name']}/{probe}" for probe in PROBES if "health" in probe}


def test_what_a_pod_mounts_it_has_and_what_it_is_told_it_finds() -> None:
    for pod in pods():
        volumes = {volume["name"] for volume in pod["spec"]["volumes"]}
        for one in pod["spec"]["containers"]:
            mounts = {mount["mountPath"]: mount["name"] for mount in one["volumeMounts"]}
            assert set(mounts.values()) == volumes
            paths = [e["value"] for e in one["env"] if e.get("value", "").startswith("/")]
            assert paths
            for path in paths:
                assert str(Path(path).parent) in mounts


def test_nothing_reaches_a_pod_but_what_is_named() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in documents("NetworkPolicy")}
    everything = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert policies.pop("default-deny") == everything
    inward = [rule for spec in policies.values() for rule in spec.get("ingress", [])]
    assert [rule["ports"] for rule in inward] == [[{"protocol": "TCP", "port": 8000}]]
    outward = [rule for spec in policies.values() for rule in spec.get("egress", [])]
    assert all(rule["to"] for rule in outward)
    ports = {port["port"] for rule in outward for port in rule["ports"]}
    assert ports == {53, 443, 5432, 9093}


def test_one_pod_of_each_service_stays_while_a_node_is_emptied() -> None:
    budgets = {one["metadata"]["name"]: one["spec"] for one in documents("PodDisruptionBudget")}
    for deployment in documents("Deployment"):
        budget = budgets.pop(deployment["metadata"]["name"])
        assert budget["selector"] == deployment["spec"]["selector"]
        assert 0 < budget["minAvailable"] < deployment["spec"]["replicas"]
    assert budgets == {}


def test_every_container_of_compose_is_hardened() -> None:
    for name, one in COMPOSE["services"].items():
        assert one["read_only"] is True, name
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert one["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}, name
        assert "privileged" not in one
        if name == "volumes":
            assert (one["user"], one["cap_add"]) == ("0:0", ["CHOWN"])
            assert one["network_mode"] == "none"
        else:
            assert one["user"].startswith("${RUN_AS:?"), name
            assert "cap_add" not in one, name


def test_images_are_of_an_exact_version_and_take_a_digest() -> None:
    services = COMPOSE["services"].values()
    images = {one["image"] for one in services if one["image"] != "sssen"}
    assert f"apache/kafka:{_version()}${{KAFKA_DIGEST:-}}" in images
    assert all(re.fullmatch(r"[a-z/]+:\d+(\.\d+)+\$\{[A-Z]+_DIGEST:-\}", one) for one in images)
    dockerfile = (ROOT / "deploy/Dockerfile").read_text()
    (base,) = re.findall(r"^FROM (\S+)$", dockerfile, re.MULTILINE)
    assert re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+\$\{PYTHON_DIGEST\}", base)
    assert dockerfile.index("ARG PYTHON_DIGEST=") < dockerfile.index("FROM")
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", dockerfile, re.MULTILINE)


def test_what_compose_tells_a_service_are_settings_of_its_and_no_password() -> None:
    for name in (*NAMES, "topics"):
        told = COMPOSE["services"][name]["environment"]
        assert set(told) <= known(name if name in NAMES else "referral"), name
        assert told["PROFILE"] == "production"
        assert told["BUS_URL"].startswith("kafkas://")
    text = (ROOT / "deploy/compose.yaml").read_text()
    assert re.findall(r"://[^/\s]*:[^/\s@]*@", text) == []


def test_compose_hands_on_what_is_said_of_the_identity_provider() -> None:
    said = {name for name in known("referral") if name.startswith("AUTH_")} - {"AUTH_CA_FILE"}
    for name in NAMES:
        told = COMPOSE["services"][name]["environment"]
        heard = (
            said if name == "reporting" else said - set(map(str.upper, PagesSettings.model_fields))
        )
        assert heard <= set(told)
        assert {told[one] for one in heard} == {None, "${AUTH_ISSUER:?whose tokens are accepted}"}


@pytest.mark.parametrize("name", NAMES)
def test_a_service_is_given_its_own_secrets_and_no_others(name: str) -> None:
    one = COMPOSE["services"][name]
    assert set(one["secrets"]) == {"ca.pem", f"{name}.kafka", f"{name}.pgpass"}
    url = one["environment"][f"{name.upper()}_DATABASE_URL"]
    assert url.startswith(f"postgresql://{name}@postgres:5432/{name}?sslmode=verify-full&")
    assert one["environment"]["BUS_USERNAME"] == name


def test_every_secret_that_compose_names_is_made_and_used_and_kept_out_of_the_image() -> None:
    listed = COMPOSE["secrets"]
    used = {secret for one in COMPOSE["services"].values() for secret in one.get("secrets", [])}
    assert used == set(listed)
    assert all(one["file"] == f"${{SECRETS:-./secrets}}/{name}" for name, one in listed.items())
    for one in COMPOSE["services"].values():
        text = str(one).replace(str(one.get("secrets")), "")
        for path in re.findall(r"/run/secrets/([\w.-]+)", text):
            assert path in one["secrets"]
    assert "deploy/secrets" in (ROOT / "deploy/Dockerfile.dockerignore").read_text().split()
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text().split()
