"""Files of datasets as everybody may have them: the table of a published version."""

from base64 import b64encode
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from shizheng.core import files
from shizheng.statistics.models.dataset import DatasetVersion
from shizheng.statistics.published import addresses
from shizheng.statistics.published.catalogue.datasets import KIND, TYPES, files_of
from shizheng.statistics.published.catalogue.views import entry_out
from shizheng.statistics.published.delivery import A_DAY, door
from shizheng.statistics.published.errors import EditionUnknown, FormatUnknown, NothingPublished


@door
def version_file(request: HttpRequest, code: str, number: int, ending: str) -> HttpResponse:
    """Send a file of a version of a dataset, a piece at a time and never packed on the way."""
    entry = entry_out(KIND, code, at=timezone.now())
    edition = next((each for each in entry.editions if each.number == number), None)
    if edition is None:
        raise EditionUnknown(code=code, number=number, newest=entry.newest.number)
    if ending not in TYPES:
        raise FormatUnknown(format=ending[:40], known=", ".join(TYPES))
    version = DatasetVersion.objects.get(dataset__code=code, number=number)
    file = files_of(version).get(ending)
    path = files.path_of(file) if file else None
    if file is None or path is None or not path.is_file():
        raise NothingPublished(code=code, catalogue=addresses.catalogue("ttl"))
    etag, changed = f'"{file.digest}"', int(edition.released_at.timestamp())
    response = get_conditional_response(request, etag, changed)
    if response is None:
        response = _opened(path, TYPES[ending][1])
        digest = b64encode(bytes.fromhex(file.digest)).decode()
        response["Content-Digest"] = f"sha-256=:{digest}:"
    response["ETag"] = etag
    response["Last-Modified"] = http_date(edition.released_at.timestamp())
    response["Cache-Control"] = A_DAY
    return response


def _opened(path: Path, media_type: str) -> HttpResponse:
    response = FileResponse(path.open("rb"), content_type=media_type)
    response["Content-Encoding"] = "identity"
    return response  # type: ignore[return-value] # Django types files apart
