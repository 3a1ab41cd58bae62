#!/usr/bin/python3
"""usage: bench/plot.py [--check|--self-test] [FOLDER]

Draws FOLDER/performance.svg (docs) from FOLDER/performance.json, which bench/run writes: a bar for each program, megabytes
a second on a logarithmic scale. --check says whether the drawing is the one that these figures give, and draws nothing.
The same figures always give the same bytes.
"""
import json
import math
import os
import sys
import tempfile
from xml.etree import ElementTree
from xml.sax.saxutils import escape

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WIDTH, LEFT, RIGHT, TOP, ROW, BAR = 980, 380, 70, 76, 26, 17
# Where the eye is dark, the page may be too: each colour twice.
STYLE = """
  .page { fill: #ffffff } .text { fill: #1f2328 } .soft { fill: #59636e } .line { stroke: #d1d9e0 }
  .lakewarden { fill: #0969da } .floor { fill: #c8d1da } .peer { fill: #818b98 }
  text { font-family: system-ui, sans-serif; font-size: 13px }
  .head { font-size: 16px; font-weight: 600 } .own { font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .text { fill: #f0f6fc } .soft { fill: #9198a1 } .line { stroke: #3d444d }
    .lakewarden { fill: #4493f8 } .floor { fill: #3d444d } .peer { fill: #7d8590 }
  }
"""


def scale_of(bars):
    """Powers of ten around all rates: (lowest, highest) exponent."""
    rates = [bar["mb_per_s"] for bar in bars]
    return math.floor(math.log10(min(rates))), math.ceil(math.log10(max(rates)))


def x_of(rate, lowest, highest):
    return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(rate) - lowest) / (highest - lowest)


def figure(rate):
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def grid(lowest, highest, bottom):
    parts = []
    for exponent in range(lowest, highest + 1):
        x = x_of(10 ** exponent, lowest, highest)
        label = f"{10 ** exponent:,}" if exponent >= 0 else f"{10.0 ** exponent:g}"
        parts.append(f'<line class="line" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(f'<text class="soft" x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{label}</text>')
    return parts


def bar_of(bar, number, lowest, highest):
    y = TOP + ROW * number + (ROW - BAR) / 2
    end = x_of(bar["mb_per_s"], lowest, highest)
    own = " own" if bar["kind"] == "lakewarden" else ""
    base = y + BAR - 4
    return [f'<text class="text{own}" x="{LEFT - 10}" y="{base:.1f}" text-anchor="end">{escape(bar["name"])}</text>',
            f'<rect class="{bar["kind"]}" x="{LEFT}" y="{y:.1f}" width="{max(end - LEFT, 1):.1f}" height="{BAR}" rx="2"/>',
            f'<text class="text{own}" x="{end + 6:.1f}" y="{base:.1f}">{figure(bar["mb_per_s"])}</text>']


def legend(y):
    parts, x = [], LEFT
    for kind, text in (("lakewarden", "lakewarden"), ("floor", "only reads or counts lines"), ("peer", "other programs")):
        parts.append(f'<rect class="{kind}" x="{x}" y="{y - 11}" width="12" height="12" rx="2"/>')
        parts.append(f'<text class="soft" x="{x + 18}" y="{y}">{text}</text>')
        x += 34 + 7 * len(text)
    return parts


def svg(results):
    """The drawing of what bench/run measured."""
    bars = sorted(results["bars"], key=lambda bar: -bar["mb_per_s"])
    lowest, highest = scale_of(bars)
    bottom = TOP + ROW * len(bars)
    height = bottom + 56
    head = "Megabytes a second, one run, page cache (logarithmic)"
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
             f'role="img" aria-label="{escape(head)}">',
             f"<title>{escape(head)}</title>",
             "<desc>" + escape("; ".join(f'{bar["name"]} {figure(bar["mb_per_s"])}' for bar in bars)) + "</desc>",
             f"<style>{STYLE}</style>",
             f'<rect class="page" width="{WIDTH}" height="{height}" rx="6"/>',
             f'<text class="text head" x="20" y="28">{escape(head)}</text>',
             f'<text class="soft" x="20" y="48">{escape(results["about"])}</text>',
             f'<text class="soft" x="20" y="66">{escape(results.get("note", ""))}</text>',
             *grid(lowest, highest, bottom)]
    for number, bar in enumerate(bars):
        parts += bar_of(bar, number, lowest, highest)
    return "\n".join([*parts, *legend(bottom + 42), "</svg>"]) + "\n"


def draw(folder):
    with open(folder + "/performance.json", encoding="utf-8") as file:
        drawing = svg(json.load(file))
    with open(folder + "/performance.svg", "w", encoding="utf-8") as file:
        file.write(drawing)


def check(folder):
    with open(folder + "/performance.json", encoding="utf-8") as file:
        drawing = svg(json.load(file))
    with open(folder + "/performance.svg", encoding="utf-8") as file:
        if file.read() != drawing:
            raise SystemExit(f"{folder}/performance.svg is not what {folder}/performance.json gives; run bench/plot.py")


def self_test(_folder):
    """The check sees a drawing of other figures, and a drawing is XML that says every name and figure."""
    figures = {"about": "made up & small", "note": "a trial",
               "bars": [{"name": "a <b>", "kind": "lakewarden", "mb_per_s": 1234.5},
                        {"name": "c", "kind": "peer", "mb_per_s": 0.25}]}
    with tempfile.TemporaryDirectory() as folder:
        write(folder, figures)
        draw(folder)
        check(folder)
        with open(folder + "/performance.svg", encoding="utf-8") as file:
            drawing = ElementTree.fromstring(file.read())
        texts = [element.text for element in drawing.iter() if element.tag.endswith("}text")]
        for wanted in ("made up & small", "a trial", "a <b>", "1,234", "c", "0.2", "0.1", "10,000"):
            if wanted not in texts:
                raise SystemExit(f"the drawing does not say '{wanted}' but {texts}")
        figures["bars"][1]["mb_per_s"] = 0.35
        write(folder, figures)
        try:
            check(folder)
        except SystemExit:
            return
        raise SystemExit("a drawing of other figures was not seen")


def write(folder, figures):
    with open(folder + "/performance.json", "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=1)
        file.write("\n")


MODES = {"--check": check, "--self-test": self_test}

if __name__ == "__main__":
    words = sys.argv[1:]
    mode = MODES[words.pop(0)] if words and words[0] in MODES else draw
    if len(words) > 1 or any(word.startswith("-") for word in words):
        raise SystemExit(__doc__.split("\n")[0])
    mode(words[0] if words else ROOT + "/docs")
