"""A form with a file, however its bytes are cut on the way, and forms that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.console.multipart import MOST_FIELD, BadForm, FormReader

TYPE = 'multipart/form-data; boundary="--B"'
MARK = b"----B"


class Held:
    def __init__(self) -> None:
        self.content = b""
        self.begun: tuple[dict[str, str], str, str] | None = None

    def begin(self, fields: dict[str, str], name: str, file_name: str) -> Held:
        self.begun = (dict(fields), name, file_name)
        return self

    def write(self, piece: bytes) -> None:
        self.content += piece


def form(fields: dict[str, str], content: bytes, name: str = "a.csv") -> bytes:
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()]
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
    parts.append(head.encode() + content)
    return b"".join(MARK + b"\r\n" + part + b"\r\n" for part in parts) + MARK + b"--\r\n"


def read(pieces: list[bytes]) -> tuple[FormReader, Held]:
    held = Held()
    reader = FormReader(TYPE, held.begin)
    for piece in pieces:
        reader.feed(piece)
    reader.close()
    return reader, held


@given(
    st.binary(max_size=300) | st.lists(st.sampled_from([b"\r\n", b"--", b"----B", b"\r", b"x"])).map(b"".join),
    st.lists(st.integers(1, 60), min_size=1),
)
def test_the_file_is_the_same_however_the_form_is_cut(content: bytes, cuts: list[int]) -> None:
    if b"\r\n" + MARK in b"\r\n" + content:
        return  # no browser chooses a mark that stands in the file
    whole = form({"csrf": "é"}, content)
    pieces, at, turn = [], 0, 0
    while at < len(whole):
        step = cuts[turn % len(cuts)]
        pieces.append(whole[at : at + step])
        at, turn = at + step, turn + 1
    _, held = read(pieces)
    assert held.content == content
    assert held.begun == ({"csrf": "é"}, "file", "a.csv")


def test_a_name_with_quotes_and_line_ends_is_read_as_browsers_write_it() -> None:
    _, held = read([form({}, b"x", "a%22; name=%22csrf%0D%0A")])
    assert held.begun is not None and held.begun[1:] == ("file", 'a"; name="csrf\r\n')


@pytest.mark.parametrize(
    "bad",
    [
        b"nothing of a form",
        form({}, b"x")[:-6],
        MARK + b"\r\n\r\nno head\r\n" + MARK + b"--",
        MARK + b"\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + MARK + b"--",
        MARK + b"\r\nX: " + b"y" * 9000,
        form({"long": "z" * (MOST_FIELD + 1)}, b"x"),
        form({str(number): "" for number in range(21)}, b"x"),
        form({}, b"x").removesuffix(b"--\r\n") + b"\r\n" + form({}, b"y").partition(b"\r\n")[2],
    ],
    ids=["no form", "cut", "no head", "no name", "long head", "long field", "many fields", "second file"],
)
def test_what_no_page_of_ours_sends_is_refused(bad: bytes) -> None:
    with pytest.raises(BadForm):
        read([bad])


def test_another_type_of_form_is_refused() -> None:
    for type_ in ("", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/mixed; boundary=x"):
        with pytest.raises(BadForm):
            FormReader(type_, Held().begin)
