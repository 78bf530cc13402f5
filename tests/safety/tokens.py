"""What a program sent to its terminal, taken apart; and which of it is ours.

The grammar is that of ECMA-48: control characters, ESC with intermediates, CSI, and the
strings (OSC, DCS, APC, PM, SOS) that go on to their terminator.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections import Counter

TOKEN = re.compile(
    rb"\x1b\[(?P<csi>[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e])"
    rb"|\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    rb"|\x1b[P_^X](?P<string>.*?)\x1b\\"
    rb"|(?P<esc>\x1b[\x20-\x2f]*[\x30-\x7e])"
    rb"|(?P<c0>[\x00-\x1f\x7f])"
    rb"|(?P<c1>\xc2[\x80-\x9f])"
    rb"|(?P<text>(?:[^\x00-\x1f\x7f\xc2]|\xc2[\xa0-\xbf])+)",
    re.DOTALL,
)
_LOOKS = rb"(?:[123479]|2[1-57-9]|39|49|5[35]|[34]8;5;[0-9]{1,3})"
OURS = re.compile(
    # Looks, in 256 colours; the cursor moved within a screen, shown and hidden; cells erased.
    rb"(?:0|" + _LOOKS + rb")?(?:;" + _LOOKS + rb")*m"
    rb"|[0-9]{1,2}(?:;[0-9]{1,3})?H|(?:[0-9]{1,3})?C|[0-9]{1,3}[GX]|\?25[hl]"
    # Modes set at the start and taken back at the end: the other screen, mouse, focus, paste,
    # synchronised output, resize in band, line wrap, grapheme clusters; what they are is asked.
    rb"|\?(?:1049|1000|1003|1004|1006|1015|1016|2004|2026|2048|7)[hl]|\?(?:2026|2048)\$p"
    # Keys told apart: turned on and off.
    rb"|>25u|<u"
)
POINTER = re.compile(rb"22;(?:default|pointer|text)")
LINK = re.compile(rb"8;;(?:https://(?:dashboard\.stripe\.com|www\.klaviyo\.com)/[!-~]+)?")
"""Only to where the console knows records to be."""
COPIED = re.compile(rb"52;c;([A-Za-z0-9+/=]*)")
UNSEEN = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ufffe\uffff\ud800-\udfff]"
)


def strange(output: bytes) -> Counter[str]:
    """What in the output is not the console's own: no sequence, no control, no turner of text."""
    found: Counter[str] = Counter()
    at = 0
    while at < len(output):
        token = TOKEN.match(output, at)
        if token is None:
            found[f"not to be read: {output[at : at + 12]!r}"] += 1
            at += 1
            continue
        at = token.end()
        if (csi := token["csi"]) is not None:
            if not OURS.fullmatch(csi):
                found[f"CSI {csi!r}"] += 1
        elif (osc := token["osc"]) is not None:
            copied = COPIED.fullmatch(osc)
            if copied:
                found += strange(b64decode(copied[1]))
            elif not POINTER.fullmatch(osc) and not LINK.fullmatch(osc):
                found[f"OSC {osc!r}"] += 1
        elif token["text"] is None:
            if token["c0"] not in (b"\r", b"\n"):
                found[repr(token[0])] += 1
        else:
            text = token["text"].decode("utf-8", "surrogateescape")
            found.update(repr(one) for one in UNSEEN.findall(text))
    return found
