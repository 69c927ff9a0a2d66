"""Bodies that no honest client sends. Each holds MARK where a value can be echoed."""

import json
from typing import Any

MARK = "echo-me-not-7f3a"


def with_(**fields: Any) -> dict[str, Any]:
    """A sound body (its account is put in by the test) with some fields replaced."""
    return {"account_ids": ["ACCOUNT"], "text": "Hello"} | fields


def raw(text: str) -> bytes:
    return text.encode()


SOUND = json.dumps(with_())

MALFORMED: dict[str, bytes] = {
    "empty": b"",
    "white_space": b" \n",
    "cut": raw(SOUND[:-1]),
    "trailing": raw(SOUND + "{}"),
    "comment": raw(SOUND + f"// {MARK}"),
    "single_quotes": raw(SOUND.replace('"', "'")),
    "trailing_comma": raw(SOUND[:-1] + ",}"),
    "form": raw(f"text={MARK}&account_ids=ACCOUNT"),
    "not_utf8": raw(SOUND).replace(b"Hello", b"\xff\xfe\xfa"),
    "latin1": '{"account_ids":["ACCOUNT"],"text":"é"}'.encode("latin-1"),
    "bom": b"\xef\xbb\xbf" + raw(SOUND),
    "utf16": SOUND.encode("utf-16"),
    "utf16_le_without_bom": SOUND.encode("utf-16-le"),
    "utf16_be_without_bom": SOUND.encode("utf-16-be"),
    "utf32": SOUND.encode("utf-32"),
    "overlong_utf8": raw(SOUND).replace(b"Hello", b"\xc0\xaf"),
    "raw_surrogate_bytes": raw(SOUND).replace(b"Hello", b"\xed\xa0\x80"),
    "nan": raw('{"account_ids":["ACCOUNT"],"text":NaN}'),
    "infinity": raw('{"account_ids":["ACCOUNT"],"text":"x","platform_options":{"x":{"poll":Infinity}}}'),
    "minus_infinity": raw('{"account_ids":["ACCOUNT"],"text":-Infinity}'),
    "float_overflow": raw('{"account_ids":["ACCOUNT"],"text":1e999}'),
    "long_number": raw('{"account_ids":["ACCOUNT"],"text":' + "9" * 5000 + "}"),
    "same_key_twice": raw('{"account_ids":["ACCOUNT"],"text":"a","text":"b"}'),
    "same_key_twice_below": raw(
        '{"account_ids":["ACCOUNT"],"text":"a","platform_options":{"x":{"reply_to":"1","reply_to":"2"}}}'
    ),
    "same_key_twice_escaped": raw('{"account_ids":["ACCOUNT"],"text":"a","te\\u0078t":"b"}'),
    "deep_arrays": b"[" * 1_000_000,
    "deep_closed_arrays": b"[" * 400_000 + b"]" * 400_000,
    "deep_objects": b'{"a":' * 150_000,
    "deep_in_a_field": raw('{"account_ids":["ACCOUNT"],"text":' + "[" * 100 + "]" * 100 + "}"),
}

WRONG_TOP = [None, True, 0, 1.5, MARK, [], [with_()]]

COERCIONS: list[Any] = [True, False, 0, 1, -1, 1.0, 1e300, MARK, "true", "1", "null", [], {}, [[]], [{}], {"a": MARK}]


def wrong_for(taken: type | tuple[type, ...]) -> list[Any]:
    """The coercion values that are not of these types (a bool is no int here)."""
    types = taken if isinstance(taken, tuple) else (taken,)
    return [value for value in COERCIONS if type(value) not in types]


FIELDS: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "account_ids": (list,),
    "media_urls": (list,),
    "platform_options": (dict,),
    "scheduled_at": (),
}

OPTIONS: dict[tuple[str, str], tuple[type, ...]] = {
    ("facebook", "as_reel"): (bool,),
    ("facebook", "first_comment"): (str,),
    ("instagram", "story"): (bool,),
    ("instagram", "thumb_offset"): (int,),
    ("instagram", "alt_text"): (str,),
    ("instagram", "location_id"): (str,),
    ("instagram", "cover_url"): (),
    ("tiktok", "post_mode"): (),
    ("tiktok", "privacy_level"): (),
    ("tiktok", "is_aigc"): (bool,),
    ("tiktok", "video_cover_timestamp_ms"): (int,),
    ("tiktok", "photo_cover_index"): (int,),
    ("linkedin", "visibility"): (),
    ("linkedin", "alt_texts"): (list,),
    ("linkedin", "article"): (),
    ("linkedin", "disable_reshare"): (bool,),
    ("x", "poll"): (),
    ("x", "reply_to"): (str,),
    ("x", "made_with_ai"): (bool,),
    ("x", "reply_settings"): (),
}

BAD_TIMES: list[Any] = [
    "2099-01-01T00:00:00",  # naive, checked before it is found too late
    "2027-01-31",
    "2027-01-31T09:00",
    "tomorrow",
    "1900000000",
    "1900000000.5",
    1900000000,
    1900000000.0,
    "",
    "2027-02-30T09:00:00Z",
    "2027-01-31T25:00:00Z",
    "2027-01-31T09:00:60Z",
    "2027-01-31T09:00:00+25:00",
    "2027-W05-7T09:00:00Z",
    "20270131T090000Z",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "0000-01-01T00:00:00Z",
    "99999-01-01T00:00:00Z",
    "\uff12\uff10\uff12\uff17-01-31T09:00:00Z",
    "2000-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    f"2027-01-31T09:00:00Z{MARK}",
    True,
    [],
    {},
]

BAD_URLS: list[Any] = [
    "",
    "/relative/a.jpg",
    "//host/a.jpg",
    "cdn.example.com/a.jpg",
    "ftp://cdn.example.com/a.jpg",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "gopher://h/a",
    "https://",
    "https:///a.jpg",
    "https://user@cdn.example.com/a.jpg",
    f"https://user:{MARK}@cdn.example.com/a.jpg",
    "https://@cdn.example.com/a.jpg",
    "https://cdn.example.com:0/a.jpg",
    "https://cdn.example.com:99999/a.jpg",
    "https://cdn.example.com:port/a.jpg",
    "https://cdn.example.com:-1/a.jpg",
    "https://-cdn.example.com/a.jpg",
    "https://cdn..example.com/a.jpg",
    "https://exa mple.com/a.jpg",
    "https://[::1/a.jpg",
    "https://[fe80::1%25eth0]/a.jpg",
    "https://1.2.3/a.jpg",
    "https://2130706433/a.jpg",
    "https://0x7f000001/a.jpg",
    "https://0177.0.0.1/a.jpg",
    "https://256.1.1.1/a.jpg",
    "https://cdn.example.com/a b.jpg",
    "https://cdn.example.com/a\tb.jpg",
    "https://cdn.example.com\\@evil.example/a.jpg",
    "https://cdn.example.com/\u202eggp.jpg",
    "https://cdn.example.com/" + "a" * 2048,
    " https://cdn.example.com/a.jpg",
    "https://cdn.example.com/a.jpg\n",
    5,
    True,
    None,
    [],
    {"url": MARK},
]
