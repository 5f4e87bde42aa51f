"""Downloads: whole or not at all, tried again, never silently another file. Loopback only."""

import csv
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import polars as pl
import pytest

from orepact.data.sources import usgs_mcs
from orepact.data.sources.fetch import MANIFEST, Release, download, origin_of, records, save
from orepact.errors import InputError, OrepactError

CONTENT = b"t,i,j,k,v,q\n2024,842,251,811292,1,1\n"


@dataclass
class Server:
    """What a server of the loopback answers, and how often it was asked."""

    address: str = ""
    content: bytes = CONTENT
    failures: int = 0
    status: int = 503
    cut: int = 0
    asked: list[str] = field(default_factory=list[str])

    def release(self, sha256: str = "") -> Release:
        return Release("baci", "V202601", f"{self.address}/baci.csv", "baci.csv", sha256)


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            if len(state.asked) <= state.failures:
                self.send_error(state.status)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(state.content)))
            self.end_headers()
            end = len(state.content) - state.cut
            _ = self.wfile.write(state.content[:end])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as named there
            """Stay silent."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    state.address = f"http://127.0.0.1:{http.server_port}"
    yield state
    http.shutdown()
    http.server_close()
    thread.join()


def test_a_file_is_downloaded_once_and_recorded(server: Server, tmp_path: Path) -> None:
    path = download(server.release(), tmp_path)
    again = download(server.release(), tmp_path)
    assert path == again == tmp_path / "baci" / "V202601" / "baci.csv"
    assert path.read_bytes() == CONTENT
    assert len(server.asked) == 1
    (record,) = records(path.parent)
    assert record.address == f"{server.address}/baci.csv"
    assert record.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert (record.bytes, record.edition) == (len(CONTENT), "V202601")
    with (path.parent / MANIFEST).open(encoding="utf-8", newline="") as stream:
        assert [row["file"] for row in csv.DictReader(stream)] == ["baci.csv"]


def test_a_server_that_fails_twice_is_asked_a_third_time(server: Server, tmp_path: Path) -> None:
    server.failures = 2
    assert download(server.release(), tmp_path, wait=0.001).read_bytes() == CONTENT
    assert len(server.asked) == 3


def test_a_file_cut_short_is_tried_again_and_leaves_nothing(server: Server, tmp_path: Path) -> None:
    server.cut = 10
    with pytest.raises(OrepactError, match="not delivered after 3 attempts") as caught:
        _ = download(server.release(), tmp_path, attempts=3, wait=0.001)
    assert "--from FILE" in str(caught.value)
    assert len(server.asked) == 3
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_a_file_that_is_not_there_is_asked_for_once(server: Server, tmp_path: Path) -> None:
    server.failures, server.status = 9, 404
    with pytest.raises(OrepactError, match="after 1 attempt: 404"):
        _ = download(server.release(), tmp_path, wait=0.001)
    assert len(server.asked) == 1


def test_another_file_of_the_same_edition_is_refused(server: Server, tmp_path: Path) -> None:
    path = download(server.release(), tmp_path)
    path.unlink()
    server.content = CONTENT.replace(b"811292", b"850511")
    with pytest.raises(InputError) as caught:
        _ = download(server.release(), tmp_path)
    text = str(caught.value)
    assert hashlib.sha256(CONTENT).hexdigest() in text
    assert "remove its row" in text
    assert not path.exists()


def test_a_published_checksum_is_kept_to(server: Server, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="as published"):
        _ = download(server.release("0" * 64), tmp_path)
    good = server.release(hashlib.sha256(CONTENT).hexdigest())
    assert download(good, tmp_path).read_bytes() == CONTENT


def test_a_damaged_copy_is_downloaded_again(server: Server, tmp_path: Path) -> None:
    path = download(server.release(), tmp_path)
    _ = path.write_bytes(b"damaged")
    assert download(server.release(), tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("address", ["http://example.org/x", "file:///etc/hosts", "ftp://a/b"])
def test_only_safe_addresses_are_read(address: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a safe address"):
        _ = download(Release("x", "1", address, "x"), tmp_path)


def test_a_downloaded_edition_is_read_like_any_file(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "MCS2025_World_Data.csv"
    server.content = (Path(__file__).parent / "files" / name).read_bytes()
    release = Release("usgs-mcs", "MCS2025", f"{server.address}/{name}", name)
    monkeypatch.setitem(usgs_mcs.EDITIONS, "2025", release)
    path = usgs_mcs.fetch("2025", tmp_path)
    assert usgs_mcs.read(path).tables["production"].height == 10
    assert origin_of(path, "").address == release.address


def test_progress_is_told_the_size_and_the_bytes(server: Server, tmp_path: Path) -> None:
    class Bar:
        total = 0
        read = 0

        def update(self, count: int) -> None:
            self.read += count

        def reset(self) -> None:
            self.read = 0

        def close(self) -> None:
            """Do nothing."""

    bar = Bar()
    _ = download(server.release(), tmp_path, progress=bar)
    assert bar.total == bar.read == len(CONTENT)


def test_tables_are_written_all_or_none(tmp_path: Path) -> None:
    origin = origin_of(tmp_path, "x")
    frame = pl.DataFrame({"mineral": ["tin", ""], "quantity": [1.5, None]})
    _ = save({"one": frame}, tmp_path / "out", origin)
    text = (tmp_path / "out" / "one.csv").read_text(encoding="utf-8")
    assert text == "mineral,quantity\ntin,1.5\n,\n"
    with pytest.raises(InputError, match="exists already"):
        _ = save({"two": frame, "one": frame}, tmp_path / "out", origin)
    assert not (tmp_path / "out" / "two.csv").exists()
