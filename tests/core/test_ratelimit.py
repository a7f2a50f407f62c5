import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from tests.core.town import person

from shizheng.core import clients, ratelimit
from shizheng.core.models import RateCount

pytestmark = pytest.mark.django_db
NOON = 1_583_121_600.0  # on the border of a minute


@ratelimit.limited("2/h")
def report(request):
    return HttpResponse("taken")


def ask(address="203.0.113.9", *, method="POST", user=None, forwarded=None):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().generic(method, "/", headers=headers, REMOTE_ADDR=address)
    request.user = user or AnonymousUser()
    return report(request)


def allowed(*moments, limit=2, span=60):
    outcomes = []
    for moment in moments:
        try:
            ratelimit.spend("k", limit, span, now=NOON + moment)
            outcomes.append(True)
        except ratelimit.TooMany as refusal:
            outcomes.append(refusal.parameters["retry_after"])
    return outcomes


def test_an_address_may_write_so_often_and_is_then_told_when_to_come_again():
    ask(), ask()

    with pytest.raises(ratelimit.TooMany) as refusal:
        ask()
    assert 1 <= refusal.value.parameters["retry_after"] <= 2 * 3600
    assert ask("203.0.113.10").status_code == 200


def test_reading_is_not_limited():
    assert all(ask(method="GET").status_code == 200 for _ in range(5))


def test_an_account_is_counted_wherever_it_writes_from():
    somebody = person("somebody")
    ask("203.0.113.1", user=somebody), ask("203.0.113.2", user=somebody)

    with pytest.raises(ratelimit.TooMany):
        ask("203.0.113.3", user=somebody)
    assert ask("203.0.113.1").status_code == 200


def test_a_forwarded_address_is_not_believed_without_a_proxy():
    ask(forwarded="198.51.100.1"), ask(forwarded="198.51.100.2")

    with pytest.raises(ratelimit.TooMany):
        ask(forwarded="198.51.100.3")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "203.0.113.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        (2, "1.2.3.4, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (1, "nonsense", "unknown"),
        (1, None, "203.0.113.9"),
        (1, "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
    ],
)
def test_behind_proxies_the_address_is_what_the_outermost_wrote(
    settings, proxies, forwarded, address
):
    settings.PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="203.0.113.9")

    assert clients.address_of(request) == address


def test_the_window_slides():
    assert allowed(0, 1, 2) == [True, True, 88]
    assert allowed(61) == [29]  # nearly all of the minute before still counts
    assert allowed(91) == [True]  # half of it does


def test_what_it_says_to_wait_is_enough():
    waits = allowed(0, 1, 2)
    assert allowed(2 + waits[-1] - 2)[0] is not True
    assert allowed(2 + waits[-1]) == [True]


def test_refused_acts_do_not_count():
    assert allowed(0, 1, 2, 3, 4)[2:] != [True] * 3
    assert RateCount.objects.get().count == 2


def test_no_address_is_stored():
    ask("203.0.113.9")

    assert "203.0.113.9" not in RateCount.objects.get().key


@pytest.mark.parametrize("rate", ["", "10", "0/m", "10/w", "x/m", "-1/s"])
def test_a_rate_of_another_form_is_a_mistake_of_the_programmer(rate):
    with pytest.raises(ValueError, match="a rate is"):
        ratelimit.limited(rate)


SPEND = """
    from concurrent.futures import ThreadPoolExecutor
    from shizheng.core import ratelimit
    def once(number):
        try:
            ratelimit.spend("k", 20, 86400, now=1583121600.0)
            return 1
        except ratelimit.TooMany:
            return 0
        finally:
            connection.close()
    with ThreadPoolExecutor(4) as pool:
        print(sum(pool.map(once, range(30))))
"""


def test_several_processes_share_one_count(installation):
    processes = [installation.start(SPEND) for _ in range(3)]
    allowed_in_all = sum(int(process.communicate(timeout=60)[0]) for process in processes)

    assert allowed_in_all == 20
