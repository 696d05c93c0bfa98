"""What staff do on the import's pages, in the words of the tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import openpyxl
import sqlalchemy as sa
from werkzeug.test import TestResponse

from feedback.storage import Database
from tests.strict_client import StrictClient, parse, text_of

HEADER = "意見,件名,取組,種類,市区町村,年代,在住・在勤・在学,掲載可否,受付日"
PLAIN = "意見,年代"
GOOD = (
    "窓口の待ち時間を短くしてほしいです。,待ち時間,街のDX,要望,新宿区,30代,在住,可,令和8年11月3日"
)
BARE = "手続をすべてスマートフォンで終えたいです。,,,,,,,,"
WRONG = ",,知らない取組,不明な種類,大阪市,若い,両方,たぶん,きのう"

SignIn = Callable[..., StrictClient]
TakeIn = Callable[[], None]


def a_file(*rows: str, header: str = HEADER) -> bytes:
    """A CSV as Excel saves it."""
    return "\r\n".join([header, *rows]).encode("utf-8-sig")


def a_workbook(rows: Sequence[Sequence[object]], **more: Sequence[Sequence[object]]) -> bytes:
    """A workbook of one sheet, or of more by their names."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in {"意見一覧": rows, **more}.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
            for cell in sheet[sheet.max_row]:
                # What begins with = is a text too, as in a cell that Excel was told is one.
                cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def upload(
    client: StrictClient,
    call_id: int,
    content: bytes | Sequence[tuple[bytes, str]],
    *,
    government: str = "tokyo",
    name: str = "はがき.csv",
    channel: str = "paper",
) -> TestResponse:
    """Hand in a file, or several."""
    token = client.page("/staff/imports/new").find(".//input[@name='csrf_token']")
    assert token is not None
    fields = {
        "csrf_token": token.get("value") or "",
        "call": str(call_id),
        "government": government,
        "channel": channel,
    }
    body = multipart(fields, [(content, name)] if isinstance(content, bytes) else content)
    kind = "multipart/form-data; boundary=x"
    return client.post("/staff/imports/new", input_stream=io.BytesIO(body), content_type=kind)


def multipart(fields: dict[str, str], files: Sequence[tuple[bytes, str]]) -> bytes:
    """A form as a browser sends it; the test client's own encoder leaves large files open."""
    begin = "--x\r\nContent-Disposition: form-data; name="
    parts = [f'{begin}"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    for content, name in files:
        parts += [f'{begin}"file"; filename="{name}"\r\n\r\n'.encode(), content, b"\r\n"]
    return b"".join([*parts, b"--x--\r\n"])


def received(
    client: StrictClient, call_id: int, content: bytes | Sequence[tuple[bytes, str]], **more: str
) -> str:
    """Hand in a file that is taken; the address of its import."""
    answer = upload(client, call_id, content, **more)
    assert answer.status_code == 302, text_of(parse(answer.text))
    return answer.headers["Location"].rsplit("/", 1)[0]


def columns_as_shown(client: StrictClient, url: str) -> dict[str, str]:
    """What a person sends who changes nothing on the page of columns."""
    form = client.page(f"{url}/columns")
    data = {}
    for select in form.iter("select"):
        chosen = [each for each in select.iter("option") if each.get("selected") is not None]
        data[select.get("name") or ""] = chosen[0].get("value") or "" if chosen else ""
    day = form.find(".//input[@name='default_received_at']")
    assert day is not None
    data["default_received_at"] = day.get("value") or ""
    return data


def choose(client: StrictClient, url: str, **changes: str) -> TestResponse:
    """Send the page of columns."""
    data = {**columns_as_shown(client, url), **changes}
    return client.post_form(f"{url}/columns", data)


def start(client: StrictClient, url: str, **choices: str) -> TestResponse:
    """Send the page of the preview."""
    return client.post_form(f"{url}/start", choices, page_url=f"{url}/preview")


def begun(
    client: StrictClient, call_id: int, content: bytes | Sequence[tuple[bytes, str]], **more: str
) -> str:
    """Hand in a file, change nothing on the way, and start; the address of its import."""
    url = received(client, call_id, content, **more)
    answer = choose(client, url)
    assert answer.status_code == 302, text_of(parse(answer.text))
    assert start(client, url).status_code == 302
    return url


def act(client: StrictClient, url: str, action: str, **fields: str) -> TestResponse:
    """Press a button of an import's page."""
    return client.post_form(f"{url}/{action}", fields, page_url="/staff/imports/paste")


def failed_rows(client: StrictClient, url: str, kind: str) -> bytes:
    """Download what was not taken in."""
    answer = act(client, url, "failed-rows", kind=kind)
    assert answer.status_code == 200, answer.status
    return answer.data


def figures(client: StrictClient, url: str) -> tuple[int, int, int]:
    """How many an import stored, knew, and failed to take in, as its page says."""
    page = client.page(url)
    found = [
        int("".join(letter for letter in text_of(each) if letter.isdigit()))
        for each in page.findall(".//dd[@class='big-number__value']")
    ]
    stored, known, failed = found
    return stored, known, failed


def count(database: Database, table: type) -> int:
    """How many rows a table has."""
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
