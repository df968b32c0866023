"""What bytes are that hold no text: told by how they begin."""

import zlib

GZIP = b"\x1f\x8b"
_ZIP, _OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGINNINGS = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG\r\n", "an image (PNG)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"GIF87a", "an image (GIF)"),
    (b"GIF89a", "an image (GIF)"),
    (b"II*\x00", "an image (TIFF)"),
    (b"MM\x00*", "an image (TIFF)"),
    (_OFFICE, "an Office document (doc, xls)"),
)
_HEAD = 4096  # bytes in which an archive names its first members
_CHUNK, _MOST = 1 << 20, 256 << 20  # bytes that are opened at once, and of one file


def of(raw: bytes) -> str | None:
    """Return what the bytes are, in words; None for text and for what is not known."""
    start = raw[:_HEAD].lstrip()
    if start.startswith(GZIP):
        return _gzip(raw)
    if start.startswith(_ZIP):
        is_office = b"[Content_Types].xml" in start or b"word/" in start or b"xl/" in start
        return "an Office document (docx, xlsx)" if is_office else "a zip archive"
    return next((kind for beginning, kind in _BEGINNINGS if start.startswith(beginning)), None)


def _gzip(raw: bytes) -> str:
    """Return what is wrong with a gzip file that nobody could open before."""
    member, opened, rest = zlib.decompressobj(wbits=31), 0, raw
    try:
        while rest and not member.eof and opened < _MOST:
            opened += len(member.decompress(rest, _CHUNK))
            rest = member.unconsumed_tail
    except zlib.error:
        return "a broken gzip file"
    return "a gzip file cut short" if not member.eof and opened < _MOST else "a gzip file"


__all__ = ["GZIP", "of"]
