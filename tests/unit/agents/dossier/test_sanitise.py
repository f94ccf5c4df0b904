"""A stranger's SVG leaves the sanitiser as shapes and letters, or not at all."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agents.dossier.sanitise import ALLOWED, MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, UnsafeDrawingError, safe_svg

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'


def clean(body: str) -> str:
    return safe_svg(f"{OPEN}{body}</svg>".encode())


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<script href="https://evil.example/x.js"/>',
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></body></foreignObject>",
        '<image href="https://evil.example/x.png"/>',
        '<image xlink:href="data:image/png;base64,AA"/>',
        '<use href="https://evil.example/x.svg#a"/>',
        '<use xlink:href="#a"/>',
        '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
        "<style>* { background: url(https://evil.example/x) }</style>",
        '<style>@import "https://evil.example/x.css";</style>',
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<set attributeName="onclick" to="alert(1)"/>',
        "<iframe src='https://evil.example'/>",
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        '<filter id="f"><feImage href="https://evil.example/x"/></filter>',
        "<svg><script>alert(1)</script></svg>",
        "<title><script>alert(1)</script></title>",
        "<g><g><script>alert(1)</script></g></g>",
        "<!-- <script>alert(1)</script> -->",
        "<?xml-stylesheet href='https://evil.example/x.css'?>",
        "<text><![CDATA[<script>alert(1)</script>]]></text>",
        "<text>&lt;script&gt;alert(1)&lt;/script&gt;</text>",
    ],
)
def test_what_is_not_a_shape_is_gone(body: str) -> None:
    found = clean(body)
    ElementTree.fromstring(found)
    for trace in ("<script", "evil", "javascript", "href", "style", "foreign", "iframe", "image", "url("):
        assert trace not in found


@pytest.mark.parametrize(
    "attribute",
    [
        'onload="alert(1)"',
        'onclick="alert(1)"',
        'style="fill: url(https://evil.example/x)"',
        'fill="url(#a)"',
        'fill="url(https://evil.example/x)"',
        'stroke="url(javascript:alert(1))"',
        'fill="red;background:blue"',
        'class="banner"',
        'id="content"',
        'filter="url(#f)"',
        'clip-path="url(#c)"',
        'mask="url(#m)"',
        'transform="translate(1) expression(alert(1))"',
        'd="M0 0 url(x)"',
        'xlink:href="#a"',
        'href="#a"',
        'tabindex="1"',
        'xml:base="https://evil.example/"',
        'opacity="calc(1px)"',
    ],
)
def test_an_attribute_that_is_not_listed_or_odd_is_gone(attribute: str) -> None:
    found = clean(f"<path {attribute}/>")
    assert found.endswith("<path></path></svg>")


def test_the_root_is_treated_like_the_rest() -> None:
    found = safe_svg(b'<svg xmlns="http://www.w3.org/2000/svg" onload="a()" style="x" id="y" viewBox="0 0 4 4"/>')
    assert found == '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" aria-hidden="true"></svg>'


def test_shapes_and_letters_survive() -> None:
    body = (
        '<g transform="translate(2 3) rotate(-16) scale(0.9)"><path d="M0 0 C8 -20 30 -27 46 -24 Z" fill="#7A3"></path>'
        '<circle cx="1" cy="2" r="3" fill="currentColor"></circle><rect x="0" y="0" width="5" height="5" rx="1"></rect>'
        '<text x="1" y="2" font-family="Inter, Arial" font-size="12" textLength="50">Pão &amp; Volta</text></g>'
    )
    assert body in clean(body)


def test_the_page_decides_the_size() -> None:
    found = safe_svg(b'<svg xmlns="http://www.w3.org/2000/svg" width="40px" height="20"/>', label='A "logo"')
    assert 'viewBox="0 0 40 20"' in found
    assert " width=" not in found
    assert "aria-label='A \"logo\"'" in found
    assert 'role="img"' in found


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"", "not well-formed"),
        (b"<svg", "not well-formed"),
        (b"\xff\xfe\x00", "not well-formed"),
        (b"<html/>", "does not begin with an svg"),
        (b"<g/>", "does not begin with an svg"),
        (b"<svg/>", "neither a view box nor a size"),
        (b'<svg viewBox="0 0 1"/>', "neither a view box nor a size"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg viewBox="0 0 1 1">&a;</svg>', "document type"),
        (b'<!DOCTYPE svg SYSTEM "https://evil.example/x.dtd"><svg viewBox="0 0 1 1"/>', "document type"),
        (OPEN.encode() + b"<g>" * MAX_DEPTH + b"</g>" * MAX_DEPTH + b"</svg>", "nested deeper"),
        (OPEN.encode() + b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH + b"</svg>", "nested deeper"),
        (OPEN.encode() + b"<g/>" * MAX_ELEMENTS + b"</svg>", "more than 5000 elements"),
        (OPEN.encode() + b" " * MAX_BYTES + b"</svg>", "larger than"),
    ],
)
def test_a_drawing_that_makes_no_sense_is_refused_with_a_reason(source: bytes, reason: str) -> None:
    with pytest.raises(UnsafeDrawingError, match=reason):
        safe_svg(source)


def test_another_encoding_does_not_slip_past() -> None:
    found = safe_svg(f'{OPEN}<path onload="x"/><script>alert(1)</script></svg>'.encode("utf-16"))
    assert found.endswith("<path></path></svg>")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("element", "attribute"),
    [
        ("rect", 'x="' + "1" * 400_000 + 'x"'),
        ("g", 'transform="' + "translate(1) " * 9 + " " * 300_000 + '!"'),
        ("polygon", 'points="' + "1 " * 200_000 + '!"'),
        ("path", 'd="' + "M" * 400_000 + '!"'),
        ("text", 'font-family="' + "a" * 400_000 + '"'),
    ],
)
def test_long_values_are_read_in_one_go(element: str, attribute: str) -> None:
    assert clean(f"<{element} {attribute}/>").endswith(f"></{element}></svg>")


_NAMES = st.sampled_from([*ALLOWED, "script", "a", "use", "image", "style", "foreignObject"])
_VALUES = st.sampled_from(["1", "#FFF", "M0 0", "url(#a)", "javascript:x", '"', "<b>", "&amp;", "none"])
_KEYS = st.sampled_from(["fill", "d", "x", "href", "onload", "style", "transform", "id", "points"])


@given(st.lists(st.tuples(_NAMES, _KEYS, _VALUES, st.text(max_size=5)), max_size=8))
def test_whatever_comes_in_only_listed_things_come_out(parts: list[tuple[str, str, str, str]]) -> None:
    source = ElementTree.Element("svg", {"viewBox": "0 0 1 1"})
    place = source
    for name, key, value, text in parts:
        place = ElementTree.SubElement(place, name, {key: value})
        place.text = "".join(character for character in text if character.isprintable())
    found = ElementTree.fromstring(safe_svg(ElementTree.tostring(source)))
    for element in found.iter():
        local = element.tag.rpartition("}")[2]
        assert local in ALLOWED
        for key, value in element.attrib.items():
            assert key in ALLOWED[local] or (local == "svg" and key in ("role", "aria-label", "aria-hidden"))
            assert "url" not in value
