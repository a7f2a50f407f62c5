"""Idempotency keys on a real NinjaAPI, by one client and by many at once."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from ninja import File, NinjaAPI, Schema, Status, UploadedFile
from tests.core.town import person

from shizheng.core.models import Heartbeat, KeptAnswer
from shizheng.kernel.errors import ChangedMeanwhile

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

api = NinjaAPI(urls_namespace="idempotency", docs_url=None)


class Note(Schema):
    text: str


def leave(text):
    Heartbeat.objects.create(process=f"{text} {timezone.now().timestamp()}", kind="n", at=AT)


AT = timezone.now()


@api.post("/notes", response={201: Note})
def note(request, given: Note):
    leave(given.text)
    if given.text == "refuse":
        raise ChangedMeanwhile(thing="it")
    if given.text == "break":
        raise ZeroDivisionError
    return Status(201, given)


@api.post("/files")
def upload(request, given: File[UploadedFile]):
    leave(given.name)
    return {"size": len(given.read())}


@api.post("/stream")
def stream(request):
    leave("stream")
    return StreamingHttpResponse([b"a", b"b"])


@api.get("/notes")
def read(request):
    leave("read")
    return HttpResponse("read")


@api.exception_handler(ChangedMeanwhile)
def refused(request, error):
    return HttpResponse(str(error), status=error.status)


urlpatterns = [path("api/", api.urls)]
handler500 = "shizheng.web.errors.server_error"


@pytest.fixture
def post(db):
    def send(text="hello", key="k1", client=None, address="/api/notes"):
        return (client or Client(raise_request_exception=False)).post(
            address,
            json.dumps({"text": text}),
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    return send


def effects():
    return Heartbeat.objects.count()


def test_the_same_request_again_gets_the_same_answer_and_changes_nothing(post):
    first, second = post(), post()

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first["Content-Type"] == second["Content-Type"]
    assert ("Idempotency-Replayed" in first, second["Idempotency-Replayed"]) == (False, "true")
    assert effects() == 1


def test_another_key_is_another_act(post):
    post(key="k1"), post(key="k2")

    assert effects() == 2


def test_the_same_key_with_another_body_or_address_is_refused(post):
    post("hello")
    answers = [post("other"), post("hello", address="/api/notes?draft=1")]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json()["code"] == "core.idempotency.key_used_otherwise"
    assert effects() == 1


def test_keys_of_two_people_do_not_meet(post):
    for name in ("first", "second"):
        client = Client()
        client.force_login(person(name))
        assert post(client=client).status_code == 201

    assert effects() == 2


@pytest.mark.parametrize(("text", "status"), [("refuse", 409), ("break", 500)])
def test_an_error_takes_its_effects_back_and_may_be_tried_again(post, text, status):
    assert [post(text).status_code for _ in range(2)] == [status, status]

    assert effects() == 0
    assert KeptAnswer.objects.count() == 0


def test_a_kept_answer_expires(post):
    post()
    KeptAnswer.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    post()

    assert effects() == 2


@pytest.mark.parametrize("key", ["", "a" * 256, "鍵", "a\tb"])
def test_a_key_that_is_none_is_refused(post, key):
    assert post(key=key).status_code == 400
    assert effects() == 0


def test_files_are_part_of_the_request(db):
    def send(content):
        return Client().post(
            "/api/files",
            {"given": SimpleUploadedFile("a.txt", content)},
            headers={"Idempotency-Key": "k"},
        )

    assert [send(b"abc").json(), send(b"abc").json()] == [{"size": 3}, {"size": 3}]
    assert send(b"abd").status_code == 422
    assert effects() == 1


def test_without_a_key_and_when_reading_nothing_is_kept(db):
    Client().get("/api/notes", headers={"Idempotency-Key": "k"})
    Client().post("/api/notes", {"text": "a"}, content_type="application/json")

    assert KeptAnswer.objects.count() == 0


def test_a_streamed_answer_is_not_kept(db):
    answer = Client().post("/api/stream", headers={"Idempotency-Key": "k"})

    assert answer.getvalue() == b"ab"
    assert KeptAnswer.objects.count() == 0


TOGETHER = """
    import sys, json, time
    from concurrent.futures import ThreadPoolExecutor
    from django.test import RequestFactory
    from django.contrib.auth.models import AnonymousUser
    from django.http import JsonResponse
    from shizheng.core import idempotency
    def act(request):
        m.Heartbeat.objects.create(process=f"act {time.time_ns()}", kind="n", at=AT)
        if sys.argv[1] == "slow":
            print("acting", flush=True)
            time.sleep(60)
        time.sleep(0.3)
        return JsonResponse({"count": m.Heartbeat.objects.count()}, status=201)
    def once(number):
        request = RequestFactory().post("/api/x", {"a": 1}, headers={"Idempotency-Key": "k"})
        request.user = AnonymousUser()
        try:
            response = idempotency.answered_once(request, act)
            return [response.status_code, response.content.decode()]
        except idempotency.StillWorking:
            return [409, ""]
        finally:
            connection.close()
    with ThreadPoolExecutor(4) as pool:
        print(json.dumps(list(pool.map(once, range(1 if sys.argv[1] == "slow" else 4)))))
    print(m.Heartbeat.objects.count())
"""


def test_duplicates_at_once_in_threads_and_processes_have_one_effect(installation):
    processes = [installation.start(TOGETHER, "fast") for _ in range(2)]
    outputs = []
    for process in processes:
        out, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        outputs.append(out.splitlines())

    answers = [tuple(one) for lines in outputs for one in json.loads(lines[0])]
    assert set(answers) - {(409, "")} == {(201, '{"count": 1}')}
    assert outputs[-1][1] == "1"


def test_a_request_killed_in_the_middle_left_nothing_and_may_begin_anew(installation):
    killed = installation.start(TOGETHER, "slow")
    assert killed.stdout.readline() == "acting\n"
    killed.kill()
    killed.wait()
    installation.run("m.KeptAnswer.objects.update(started_at=AT)")

    lines = installation.run(TOGETHER, "fast").splitlines()
    assert {status for status, _ in json.loads(lines[0])} <= {201, 409}
    assert lines[1] == "1"
