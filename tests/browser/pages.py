"""All pages of a folder as a reader may open them: python3 pages.py FOLDER PICTURES"""

import importlib.util
import sys
from pathlib import Path

from chromium import Chromium, found

SIZES = {"wide": (1280, 800), "narrow": (390, 844)}
VIEWS = {  # of a page the parts that an address opens
    "attention": [f"view={view}&layer=1&q=2" for view in ("head", "model", "matrix", "neuron", "token", "summary")]
    + ["view=matrix&filter=ab&renorm=1&weights=norm"],
    "attention-beside": [f"view={view}&beside=2" for view in ("head", "matrix", "summary")],
    "trace": ["box0", "box2"],
}
AXE = """axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.map(each =>
  `${each.id}: ` + each.nodes.slice(0, 3).map(node => node.target.join(" ") + " " +
    (node.any.concat(node.all, node.none)[0]?.message ?? "")).join("; ")))"""


def axe_core():
    for package in ("axe_playwright_python", "axe_core_python"):
        spec = importlib.util.find_spec(package)
        if spec:
            return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    return None


def findings(page, size, axe):
    found = [f"console: {each}" for each in page.console] + [f"asks for {each}" for each in page.requests[1:]]
    if page.run("document.documentElement.scrollWidth > innerWidth"):
        found.append("is wider than the window")
    if axe and page.run("typeof axe") == "undefined":
        page.run(axe)
    return found + (page.run(AXE) if axe else [])


def main(folder, pictures):
    chromium, axe = found(), axe_core()
    if not chromium:
        print("skipped: there is no Chromium")
        return 77
    wrong = count = 0
    with Chromium(chromium) as browser:
        for file in sorted(Path(folder).glob("*.html")):
            for nth, fragment in enumerate(VIEWS.get(file.stem, [""])):
                for size, (width, height) in SIZES.items():
                    for dark in (False, True):
                        page = browser.open(file, fragment, width, height, dark)
                        look = f"{file.stem}{f'-{nth}' if nth else ''}-{size}{'-dark' if dark else ''}"
                        page.picture(Path(pictures) / f"{look}.png")
                        for each in findings(page, size, axe):
                            print(f"{look}: {each}")
                            wrong += 1
                        page.close()
                        count += 1
    print(f"{count} looks at pages, {wrong} findings" + ("" if axe else "; skipped: there is no axe-core"))
    return 1 if wrong else 0 if axe else 77


sys.exit(main(*sys.argv[1:]))
