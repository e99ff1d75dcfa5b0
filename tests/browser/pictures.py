"""Pictures of pages, as SVG: python3 pictures.py PAGES PICTURES"""

import sys
from pathlib import Path

from chromium import Chromium, found

# What the page saves by itself.
ATTENTION = {
    "head": "view=head&layer=3&head=1&heads=1&q=9",
    "matrix": "view=matrix&layer=3&head=1&q=9&k=2",
    "neuron": "view=neuron&layer=3&head=1&q=9",
    "token": "view=token&layer=3&head=mean&q=9",
    "summary": "view=summary&layer=3&head=1",
}
SAVED = """new Promise(done => {
  HTMLAnchorElement.prototype.click = function () { done(decodeURIComponent(this.href.slice(this.href.indexOf(",") + 1))); };
  document.getElementById("svg").click();
})"""

# A part of any other page, with the page's style, as XHTML inside an SVG.
PARTS = {
    "lens": (".table", 760),
    "explain": (".text", 560),
    "trace": (".trace", 1000),
    "heads": (".charts figure", 420),
    "report": (".charts figure", 420),
    "confusion": ("figure:has(.heat)", 420),
}
PART = """(() => {
  const part = document.querySelector(SELECTOR), main = document.createElement("div");
  const style = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]).map(rule => rule.cssText)
    .filter(text => !/^@media (print|\\(max)/.test(text)).join("\\n");
  const {width, height} = part.getBoundingClientRect(), css = document.createElement("style");
  css.textContent = style + "\\n.body > * { margin: 0 !important } details { display: none }";
  const chosen = [...document.querySelectorAll("input.by:checked")].map(each => each.cloneNode());
  main.className = "body", main.style.font = getComputedStyle(document.body).font, main.style.color = "var(--ink)";
  main.append(css, ...chosen, part.cloneNode(true));
  chosen.forEach(each => each.setAttribute("checked", ""));
  const room = 24;  // for larger fonts than these here
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${Math.ceil(height) + room}"><foreignObject ` +
    `width="100%" height="100%">${new XMLSerializer().serializeToString(main)}</foreignObject></svg>`;
})()"""


def main(pages, pictures):
    pictures = Path(pictures)
    pictures.mkdir(exist_ok=True)
    with Chromium(found()) as browser:
        for view, fragment in ATTENTION.items():
            page = browser.open(Path(pages) / "attention.html", fragment, 900, 800)
            (pictures / f"{view}.svg").write_text(page.run(SAVED) + "\n", encoding="utf-8")
        for name, (selector, width) in PARTS.items():
            file = "report" if name == "confusion" else name
            page = browser.open(Path(pages) / f"{file}.html", "box2" if name == "trace" else "", width, 800)
            page.run("document.querySelector('main').style.padding = 0")
            (pictures / f"{name}.svg").write_text(page.run(PART.replace("SELECTOR", repr(selector))) + "\n", encoding="utf-8")


main(*sys.argv[1:])
