"""Who may keep a page, and for how long."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PUBLIC = "public, max-age=0, s-maxage=60"
PRIVATE = "private, no-store"

Answer = Callable[[HttpRequest], HttpResponse]


def cache_headers(get_response: Answer) -> Answer:
    """Let a shared cache keep public pages for a minute, and nobody the pages of a person.

    A page is public if the request came without cookie and token and the answer sets no cookie.
    Views that say ``Cache-Control`` themselves are left alone.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response.headers:
            is_public = (
                request.method in ("GET", "HEAD")
                and response.status_code == 200
                and not request.COOKIES
                and "Authorization" not in request.headers
                and not response.cookies
            )
            response.headers["Cache-Control"] = PUBLIC if is_public else PRIVATE
        return response

    return answer
